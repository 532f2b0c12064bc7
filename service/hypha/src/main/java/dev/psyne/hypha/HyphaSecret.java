package dev.psyne.hypha;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/** The key that signs tokens. Kept in a file, so that tokens outlive a restart; never printed. */
public final class HyphaSecret {
    /** The file's name in the data directory. */
    public static final String FILE = "hypha-secret";

    private static final int MADE_BYTES = 32;
    private static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 4096;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final byte[] key;

    private HyphaSecret(byte[] key) {
        this.key = key;
    }

    /**
     * A secret that was agreed on elsewhere, as its UTF-8 bytes.
     *
     * @throws IllegalArgumentException if it has fewer than 16 or more than 4096 bytes
     */
    public static HyphaSecret of(String text) {
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a secret has " + MIN_BYTES + " to " + MAX_BYTES + " bytes, not " + key.length);
        }
        return new HyphaSecret(key);
    }

    /**
     * The secret of a data directory, made at the first call: 32 random bytes in a file that its owner alone may read. Of
     * several processes that ask at once all get the same.
     *
     * @throws UncheckedIOException if the file can neither be read nor made
     * @throws IllegalStateException if others may read the file, or there is no secret in it
     */
    public static HyphaSecret in(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            if (Files.notExists(file)) {
                make(directory, file);
            }
            return read(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the secret of hypha's tokens cannot be kept in " + file, e);
        }
    }

    /** A copy of the key's bytes. */
    public byte[] key() {
        return key.clone();
    }

    @Override
    public String toString() {
        return "HyphaSecret";
    }

    private static void make(Path directory, Path file) throws IOException {
        Files.createDirectories(directory);
        byte[] random = new byte[MADE_BYTES];
        new SecureRandom().nextBytes(random);
        Path made = Files.createTempFile(directory, FILE, ".new", ownerOnly(directory));
        try {
            Files.writeString(made, HexFormat.of().formatHex(random) + "\n");
            // A link, unlike a move, never replaces the secret that another process has made meanwhile.
            Files.createLink(file, made);
        } catch (FileAlreadyExistsException another) {
            return;
        } finally {
            Files.delete(made);
        }
    }

    private static HyphaSecret read(Path file) throws IOException {
        if (isPosix(file)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw new IllegalStateException(file + " may be read or written by others ("
                        + PosixFilePermissions.toString(permissions)
                        + "): remove it, or chmod 600 it if nobody has read it");
            }
        }
        String text = Files.size(file) > MAX_BYTES ? "" : Files.readString(file).strip();
        if (text.getBytes(StandardCharsets.UTF_8).length < MIN_BYTES) {
            throw new IllegalStateException(file + " holds no secret: remove it to have one made");
        }
        return of(text);
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) throws IOException {
        return isPosix(directory)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }
}
