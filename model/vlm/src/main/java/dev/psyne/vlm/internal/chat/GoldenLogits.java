package dev.psyne.vlm.internal.chat;

import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.language.LanguageWorkspace;
import java.util.List;

/** Logits and the likeliest continuation of a recorded prompt, its pictures' rows in their places. */
final class GoldenLogits {
    private final LanguageModel language;
    private final GoldenCase one;
    private final LanguageWorkspace work;
    private final KeyValueCache cache;

    GoldenLogits(ChatFiles files, GoldenCase one, List<EncodedPictures.Encoded> pictures) {
        int length = one.inputIds().length;
        this.language = files.language();
        this.one = one;
        this.work = new LanguageWorkspace(language.shape(), length);
        this.cache = KeyValueCache.allocate(language.shape().keyValues(), length + one.greedyIds().length);
        int picture = 0;
        int row = 0;
        for (int i = 0; i < length; i++) {
            if (one.inputIds()[i] != files.imageToken() || picture == pictures.size()) {
                language.embed(one.inputIds()[i], work.x(), i);
                continue;
            }
            Rows rows = pictures.get(picture).rows();
            System.arraycopy(
                    rows.values(), rows.index(row), work.x().values(), work.x().index(i), rows.width());
            if (++row == rows.capacity()) {
                picture++;
                row = 0;
            }
        }
        language.run(length, work, List.of(new AttentionSpan(cache, 0, length, 0, true)));
    }

    /** The largest difference of the logits at the recorded positions; to be asked before the continuation. */
    double difference(float[] wanted) {
        Rows logits = Rows.allocate(one.positions().length, language.shape().vocabulary());
        language.logits(one.positions(), work, logits);
        return difference(wanted, logits);
    }

    static double difference(float[] wanted, Rows rows) {
        double largest = 0;
        for (int row = 0; row < rows.capacity(); row++) {
            for (int i = 0; i < rows.width(); i++) {
                float found = rows.values()[rows.index(row) + i];
                largest = Math.max(largest, Math.abs(wanted[row * rows.width() + i] - found));
            }
        }
        return largest;
    }

    /** The likeliest tokens, one after the other, as many as were recorded. */
    int[] continued() {
        int[] found = new int[one.greedyIds().length];
        Rows logits = Rows.allocate(1, language.shape().vocabulary());
        int last = one.inputIds().length - 1;
        for (int i = 0; i < found.length; i++) {
            language.logits(new int[] {last}, work, logits);
            found[i] = likeliest(logits);
            language.embed(found[i], work.x(), 0);
            last = 0;
            int position = one.inputIds().length + i;
            language.run(1, work, List.of(new AttentionSpan(cache, 0, 1, position, true)));
        }
        return found;
    }

    private static int likeliest(Rows logits) {
        int first = logits.index(0);
        int best = 0;
        for (int i = 1; i < logits.width(); i++) {
            best = logits.values()[first + i] > logits.values()[first + best] ? i : best;
        }
        return best;
    }
}
