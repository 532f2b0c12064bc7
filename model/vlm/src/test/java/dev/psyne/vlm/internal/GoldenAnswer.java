package dev.psyne.vlm.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.language.LanguageWorkspace;
import java.util.List;

/** Logits and greedy continuation of a case, from the ids of its prompt and the rows of its pictures. */
final class GoldenAnswer {
    private static final double LOGIT_BOUND = 5e-4;

    private GoldenAnswer() {}

    static void check(GoldenCheckpoint golden, String test, LanguageModel language, int imageToken, Rows pictures) {
        int[] prompt = golden.ids(test, "input_ids");
        int[] greedy = golden.ids(test, "greedy_ids");
        LanguageWorkspace work = new LanguageWorkspace(language.shape(), prompt.length + greedy.length);
        int image = 0;
        for (int row = 0; row < prompt.length; row++) {
            if (prompt[row] == imageToken) {
                System.arraycopy(
                        pictures.values(),
                        pictures.index(image++),
                        work.x().values(),
                        work.x().index(row),
                        pictures.width());
            } else {
                language.embed(prompt[row], work.x(), row);
            }
        }
        assertEquals(pictures.capacity(), image);
        float[] embedded = work.x().values().clone();
        KeyValueCache cache = KeyValueCache.allocate(language.shape().keyValues(), prompt.length + greedy.length);
        language.run(prompt.length, work, List.of(new AttentionSpan(cache, 0, prompt.length, 0, true)));
        int[] positions = golden.ids(test, "logits_positions");
        Rows logits = Rows.allocate(positions.length, language.shape().vocabulary());
        language.logits(positions, work, logits);
        GoldenCheckpoint.assertRows(
                test + ".logits_pos", golden.floats(test + ".logits_pos"), 0, logits, positions.length, LOGIT_BOUND);
        assertArrayEquals(greedy, continued(golden, test, language, work, cache, prompt, greedy.length));
        // In chunks and without a cache the same.
        System.arraycopy(embedded, 0, work.x().values(), 0, embedded.length);
        for (int i = 0; i < 5; i++) {
            language.embed(greedy[i], work.x(), prompt.length + i);
        }
        int count = prompt.length + 5;
        language.run(count, work, List.of(new AttentionSpan(cache, 0, count, 0, true)));
        checkStep5(golden, test, language, work, count - 1);
    }

    private static int[] continued(
            GoldenCheckpoint golden,
            String test,
            LanguageModel language,
            LanguageWorkspace work,
            KeyValueCache cache,
            int[] prompt,
            int count) {
        int[] found = new int[count];
        Rows logits = Rows.allocate(1, language.shape().vocabulary());
        int last = prompt.length - 1;
        for (int i = 0; i < count; i++) {
            language.logits(new int[] {last}, work, logits);
            if (i == 5) {
                checkStep5(golden, test, language, work, last);
            }
            found[i] = likeliest(logits.values());
            language.embed(found[i], work.x(), 0);
            last = 0;
            language.run(1, work, List.of(new AttentionSpan(cache, 0, 1, prompt.length + i, true)));
        }
        return found;
    }

    private static void checkStep5(
            GoldenCheckpoint golden, String test, LanguageModel language, LanguageWorkspace work, int row) {
        Rows logits = Rows.allocate(1, language.shape().vocabulary());
        language.logits(new int[] {row}, work, logits);
        GoldenCheckpoint.assertRows(
                test + ".logits_step5", golden.floats(test + ".logits_step5"), 0, logits, 1, LOGIT_BOUND);
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
