package dev.psyne.vlm;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of a model's files. */
final class Digests {
    private Digests() {}

    /** Refuses bytes that have another hash than the configuration states. */
    static void verify(Path file, MemorySegment bytes, String wanted) {
        String found = sha256(bytes);
        if (!found.equals(wanted)) {
            throw new ModelException(file, "SHA-256", found, wanted);
        }
    }

    static String sha256(MemorySegment bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asByteBuffer());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
