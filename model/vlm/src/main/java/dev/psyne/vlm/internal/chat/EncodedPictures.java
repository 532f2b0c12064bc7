package dev.psyne.vlm.internal.chat;

import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The pictures that were asked about last, as rows of the language model, within a budget of bytes. Safe for any thread. */
final class EncodedPictures {
    /**
     * One picture.
     *
     * @param digest by which it is known
     * @param placeholder what stands for it in the prompt
     * @param rows of the language model, in the prompt's order
     * @param encodeNanos time it took
     */
    record Encoded(PictureDigest digest, String placeholder, Rows rows, long encodeNanos) {
        long bytes() {
            return (long) rows.capacity() * rows.width() * Float.BYTES;
        }
    }

    private final long budgetBytes;
    private final LinkedHashMap<PictureDigest, Encoded> pictures = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    EncodedPictures(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    synchronized @Nullable Encoded get(PictureDigest digest) {
        return pictures.get(digest);
    }

    /** Keeps a picture; those that were asked about longest ago make room. */
    synchronized void put(Encoded picture) {
        Encoded before = pictures.put(picture.digest(), picture);
        bytes += picture.bytes() - (before == null ? 0 : before.bytes());
        while (bytes > budgetBytes) {
            bytes -= pictures.pollFirstEntry().getValue().bytes();
        }
    }

    synchronized int count() {
        return pictures.size();
    }

    synchronized void clear() {
        pictures.clear();
        bytes = 0;
    }
}
