package dev.psyne.vlm.internal.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.psyne.vlm.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Any template is refused, or ends. */
class ChatTemplateFuzzTest {
    private static final List<Map<String, Object>> MESSAGES = List.of(
            Map.of("role", "system", "content", "Be short."),
            Map.of("role", "user", "content", List.of(Map.of("type", "image"), Map.of("type", "text", "text", "Hi"))));

    @FuzzTest(maxDuration = "60s")
    void anyTemplateIsRefusedOrEnds(byte[] input) {
        try {
            ChatTemplate.parse(Path.of("fuzz.jinja"), new String(input, StandardCharsets.UTF_8))
                    .prompt(MESSAGES, true, Map.of("bos_token", "<s>", "number", 3));
        } catch (ModelException | TemplateException e) {
            // refused, as it may be
        }
    }
}
