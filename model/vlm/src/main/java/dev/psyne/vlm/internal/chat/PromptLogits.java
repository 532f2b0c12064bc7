package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.language.LanguageWorkspace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The logits of a model's decoder after each token of a prompt, to be held against another program's. One thread's. */
public final class PromptLogits implements AutoCloseable {
    private final ChatFiles files;
    private final LanguageModel language;

    private PromptLogits(ChatFiles files) {
        this.files = files;
        this.language = files.language();
    }

    /**
     * Takes the decoder of a model.
     *
     * @param path a directory or a GGUF file
     * @param positions longest prompt
     * @throws dev.psyne.vlm.ModelException if a file is missing, broken, or of an architecture that is not built
     */
    public static PromptLogits open(Path path, Scheduler scheduler, int positions) {
        ModelOptions options = ModelOptions.standard().withContextTokens(positions);
        return new PromptLogits(ChatFiles.open(path, scheduler, options));
    }

    /** Logits a token has. */
    public int vocabulary() {
        return language.shape().vocabulary();
    }

    /**
     * The logits of all tokens after each one of a prompt, one row behind the other.
     *
     * @param rows tokens that are taken through the decoder together
     */
    public float[] after(int[] prompt, int rows) {
        float[] all = new float[Math.multiplyExact(prompt.length, vocabulary())];
        LanguageWorkspace work = new LanguageWorkspace(language.shape(), Math.min(rows, prompt.length));
        KeyValueCache cache = KeyValueCache.allocate(language.shape().keyValues(), prompt.length);
        for (int first = 0; first < prompt.length; first += rows) {
            int count = Math.min(rows, prompt.length - first);
            for (int i = 0; i < count; i++) {
                language.embed(prompt[first + i], work.x(), i);
            }
            language.run(count, work, List.of(new AttentionSpan(cache, 0, count, first, true)));
            int[] each = new int[count];
            Arrays.setAll(each, i -> i);
            Rows logits = Rows.allocate(count, vocabulary());
            language.logits(each, work, logits);
            for (int i = 0; i < count; i++) {
                int to = (first + i) * vocabulary();
                System.arraycopy(logits.values(), logits.index(i), all, to, vocabulary());
            }
        }
        return all;
    }

    @Override
    public void close() {
        files.close();
    }
}
