package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of a model's files. */
public final class Digests {
    /** Bytes hashed at once: a buffer holds no more than 2 GiB. */
    private static final long PART_BYTES = 1L << 28;

    private Digests() {}

    /** Refuses bytes that have another hash than the configuration states. */
    public static void verify(Path file, MemorySegment bytes, String wanted) {
        String found = sha256(bytes);
        if (!found.equals(wanted)) {
            throw new ModelException(file, "SHA-256", found, wanted);
        }
    }

    public static String sha256(MemorySegment bytes) {
        MessageDigest digest = sha256();
        for (long at = 0; at < bytes.byteSize(); at += PART_BYTES) {
            digest.update(bytes.asSlice(at, Math.min(PART_BYTES, bytes.byteSize() - at))
                    .asByteBuffer());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** A digest to be fed. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
