package dev.psyne.vlm.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
    private static final List<Map<String, String>> TALK = List.of(
            Map.of("role", "user", "content", " Hi "),
            Map.of("role", "assistant", "content", "Ho"),
            Map.of("role", "user", "content", "Well?"));

    @TempDir
    private Path folder;

    @Test
    @SuppressWarnings("unchecked") // messages as JSON has them
    void conversationsBecomeThePromptsOfTheReference() {
        for (GoldenModel model : GoldenModel.ALL) {
            ChatTemplate template = ChatTemplate.of(model.directory()).orElseThrow();
            assertFalse(model.cases().isEmpty());
            model.cases().forEach((name, golden) -> {
                Object messages = GoldenModel.field(golden, "messages");
                String prompt = template.prompt((List<Map<String, Object>>) messages, true, Map.of());
                assertEquals(GoldenModel.field(golden, "prompt"), prompt, model.name() + " " + name);
            });
        }
    }

    @Test
    void smolLmIntroducesItself() throws IOException {
        ChatTemplate template = published("smollm2");
        assertEquals("""
                <|im_start|>system
                You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
                <|im_start|>user
                 Hi <|im_end|>
                <|im_start|>assistant
                Ho<|im_end|>
                <|im_start|>user
                Well?<|im_end|>
                <|im_start|>assistant
                """, template.prompt(TALK, true, Map.of()));
        assertEquals(
                "<|im_start|>system\nBe short.<|im_end|>\n",
                template.prompt(List.of(Map.of("role", "system", "content", "Be short.")), false, Map.of()));
    }

    @Test
    void llamaBeginsOnceAndTrims() throws IOException {
        String user = "<|start_header_id|>user<|end_header_id|>\n\n";
        String assistant = "<|start_header_id|>assistant<|end_header_id|>\n\n";
        assertEquals(
                "<|begin_of_text|>" + user + "Hi<|eot_id|>" + assistant + "Ho<|eot_id|>" + user + "Well?<|eot_id|>"
                        + assistant,
                published("llama3").prompt(TALK, true, Map.of("bos_token", "<|begin_of_text|>")));
    }

    @Test
    void qwenTalksWithAndWithoutTools() throws IOException {
        ChatTemplate template = published("qwen2.5");
        String introduction = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";
        assertEquals(
                "<|im_start|>system\n" + introduction + "<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n"
                        + "<|im_start|>assistant\nHo<|im_end|>\n<|im_start|>user\nWell?<|im_end|>\n"
                        + "<|im_start|>assistant\n",
                template.prompt(TALK, true, Map.of()));
        Map<String, Object> call = Map.of("function", Map.of("name", "add", "arguments", Map.of("a", 1)));
        String prompt = template.prompt(
                List.of(
                        Map.of("role", "user", "content", "1+1?"),
                        Map.of("role", "assistant", "content", "", "tool_calls", List.of(call)),
                        Map.of("role", "tool", "content", "2"),
                        Map.of("role", "tool", "content", "two")),
                true,
                Map.of("tools", List.of(Map.of("type", "function \"é\""))));
        assertTrue(prompt.startsWith("<|im_start|>system\n" + introduction + "\n\n# Tools\n\n"), prompt);
        assertTrue(prompt.contains("XML tags:\n<tools>\n{\"type\": \"function \\\"é\\\"\"}\n</tools>\n\n"), prompt);
        assertTrue(
                prompt.endsWith("<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n<tool_call>\n"
                        + "{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call><|im_end|>\n<|im_start|>user\n"
                        + "<tool_response>\n2\n</tool_response>\n<tool_response>\ntwo\n</tool_response><|im_end|>\n"
                        + "<|im_start|>assistant\n"),
                prompt);
    }

    @Test
    void theTemplateIsFoundWhereItWasPublished() throws IOException {
        assertEquals(Optional.empty(), ChatTemplate.of(folder));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": null}");
        assertEquals(Optional.empty(), ChatTemplate.of(folder));
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
                        + "{\"name\": \"default\", \"template\": \"d\"}]}");
        assertEquals("d", found());
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"j\"}");
        assertEquals("j", found());
        Files.writeString(folder.resolve("chat_template.jinja"), "n\n");
        assertEquals("n", found());
        Files.delete(folder.resolve("chat_template.jinja"));
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": []}");
        ModelException e = assertThrows(ModelException.class, this::found);
        assertTrue(String.valueOf(e.getMessage()).contains("chat_template.json: chat_template"), e.getMessage());
    }

    @Test
    void whatATemplateRefusesIsRefusedInItsWords() {
        ChatTemplate template = ChatTemplate.parse(
                Path.of("m/t.jinja"),
                "{% if messages|length > 1 %}\n{{ raise_exception('One turn only') }}{% endif %}");
        TemplateException e = assertThrows(TemplateException.class, () -> template.prompt(TALK, true, Map.of()));
        assertEquals(
                "m/t.jinja: chat template, line 2: the template refuses it: One turn only"
                        .replace("m/t.jinja", Path.of("m/t.jinja").toString()),
                e.getMessage());
    }

    private String found() {
        return ChatTemplate.of(folder).orElseThrow().render(Map.of());
    }

    private static ChatTemplate published(String name) throws IOException {
        String path = "templates/" + name + ".jinja";
        try (InputStream in = Objects.requireNonNull(ChatTemplateTest.class.getResourceAsStream(path))) {
            return ChatTemplate.parse(Path.of(path), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
