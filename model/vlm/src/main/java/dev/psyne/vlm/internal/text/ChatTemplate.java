package dev.psyne.vlm.internal.text;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.GgufMetadata;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conversations to prompts, by the template that came with a model: the part of Jinja's language that chat templates use
 * (jinja.palletsprojects.com, "Template Designer Documentation"; Hugging Face transformers, "Chat templates"). Immutable,
 * safe to share between threads.
 *
 * <p>A template comes from somebody else: it reads nothing but its variables, and its steps, strings and depth are bounded.
 * It has no clock, so templates that would print today's date print the one they have for that case.
 */
public final class ChatTemplate {
    private static final String FIELD = "chat_template";
    private static final String GGUF_KEY = "tokenizer.chat_template";
    private static final String DEFAULT_NAME = "default";
    private static final int MAX_TEMPLATES = 64;

    private final Path file;
    private final List<Statement> statements;

    private ChatTemplate(Path file, List<Statement> statements) {
        this.file = file;
        this.statements = statements;
    }

    /**
     * Reads a template.
     *
     * @param file the file it is from, for messages
     * @throws ModelException if it is not understood, with the line and what was found
     */
    public static ChatTemplate parse(Path file, String source) {
        return new ChatTemplate(file, TemplateParser.parse(file, source));
    }

    /**
     * The template of a directory as published: {@code chat_template.jinja}, or else that in {@code chat_template.json} or
     * {@code tokenizer_config.json}; of several there the one called default. Empty if there is none.
     */
    public static Optional<ChatTemplate> of(Path directory) {
        Path jinja = directory.resolve("chat_template.jinja");
        if (Files.exists(jinja)) {
            return Optional.of(parse(jinja, text(jinja)));
        }
        for (String name : List.of("chat_template.json", "tokenizer_config.json")) {
            Path json = directory.resolve(name);
            if (Files.exists(json)) {
                JsonFields fields = JsonFields.read(json);
                if (fields.has(FIELD)) {
                    return Optional.of(parse(json, source(fields)));
                }
            }
        }
        return Optional.empty();
    }

    /** The template in a GGUF file; empty if there is none. */
    public static Optional<ChatTemplate> of(GgufMetadata metadata) {
        return metadata.has(GGUF_KEY) ? Optional.of(parse(metadata.file(), metadata.text(GGUF_KEY))) : Optional.empty();
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > 4L * TemplateLexer.MAX_TEMPLATE_CHARACTERS) {
                throw new ModelException(
                        file,
                        "size",
                        Files.size(file) + " bytes",
                        "at most " + TemplateLexer.MAX_TEMPLATE_CHARACTERS + " characters");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ModelException(file, "file", e.toString(), "a readable file", e);
        }
    }

    private static String source(JsonFields fields) {
        Object value = fields.value(FIELD);
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof List<?> several && several.size() <= MAX_TEMPLATES) {
            for (Object one : several) {
                if (one instanceof Map<?, ?> named
                        && DEFAULT_NAME.equals(named.get("name"))
                        && named.get("template") instanceof String text) {
                    return text;
                }
            }
        }
        throw fields.refuse(FIELD, Values.describe(value), "a template, or several with names, one of them default");
    }

    /**
     * The prompt of a conversation.
     *
     * @param messages each with {@code role} and {@code content}: a text, or a list of {@code type} and what belongs to it
     * @param generationPrompt whether the beginning of the model's turn is added
     * @param variables what else the template may look at, such as {@code bos_token}, {@code eos_token} or {@code tools}
     * @throws TemplateException if the template refuses it or cannot be carried out
     */
    public String prompt(List<? extends Map<String, ?>> messages, boolean generationPrompt, Map<String, ?> variables) {
        Map<String, @Nullable Object> all = new HashMap<>(variables);
        all.put("messages", messages);
        all.put("add_generation_prompt", generationPrompt);
        return render(all);
    }

    /** What the template makes of variables: strings, numbers, booleans, null, and lists and maps of those. */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        TemplateRun run = new TemplateRun();
        try {
            return run.run(statements, variables);
        } catch (TemplateFault e) {
            throw new TemplateException(file + ": chat template, line " + run.line() + ": " + e.getMessage(), e);
        }
    }
}
