package dev.psyne.channel.internal.ipc;

import dev.psyne.memory.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory in which the processes of one user meet:
 *
 * <pre>
 *   lock                  held for the microseconds in which participants change
 *   psyne.ring.NAME       the region of the channel ipc:NAME
 *   processes/ID          a process that takes part: held locked while it lives, and its bell
 * </pre>
 *
 * It belongs to the user and nobody else may enter it.
 */
public final class IpcDirectory {
    private static final Pattern PROCESS = Pattern.compile("[0-9a-f]{1,16}");
    private static final String REGION = "psyne.";
    private static final String RING = "ring.";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path root;

    private IpcDirectory(Path root) {
        this.root = root;
    }

    /** Where the processes of this user meet unless told otherwise. */
    public static Path standard() {
        return Region.defaultDirectory().resolve("psyne-" + System.getProperty("user.name"));
    }

    /**
     * Opens a directory, and makes it if there is none.
     *
     * @throws IOException if it cannot be made, or if others may enter it
     */
    public static IpcDirectory open(Path root) throws IOException {
        makePrivate(root);
        makePrivate(root.resolve("processes"));
        try {
            Files.createFile(root.resolve("lock"), PosixFilePermissions.asFileAttribute(ownerOnlyFile()));
        } catch (FileAlreadyExistsException made) {
            // Another process was first.
        }
        return new IpcDirectory(root);
    }

    /** A directory that is there, to look into; nothing is made. */
    public static IpcDirectory existing(Path root) {
        return new IpcDirectory(root);
    }

    static Set<PosixFilePermission> ownerOnlyFile() {
        return PosixFilePermissions.fromString("rw-------");
    }

    private static void makePrivate(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException made) {
            int owner = (int) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
            if (owner != user() || !permissions.equals(OWNER_ONLY)) {
                throw new IOException(directory + " belongs to user " + owner + " with "
                        + PosixFilePermissions.toString(permissions) + "; it must belong to user " + user()
                        + " with " + PosixFilePermissions.toString(OWNER_ONLY)
                        + ": remove it or name another directory");
            }
        }
    }

    /** The number of the user this process runs as. */
    static int user() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    Path lock() {
        return root.resolve("lock");
    }

    Path root() {
        return root;
    }

    /** What the region of a channel is called. */
    static String regionName(String channel) {
        return RING + channel;
    }

    /** Whether there is a region of that name. */
    boolean holds(String region) {
        return Files.exists(root.resolve(REGION + region), LinkOption.NOFOLLOW_LINKS);
    }

    Path process(long id) {
        return root.resolve("processes").resolve(Long.toHexString(id));
    }

    /** The processes that have a file here, alive or dead. */
    List<Long> processes() {
        try (Stream<Path> files = Files.list(root.resolve("processes"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> PROCESS.matcher(file).matches())
                    .map(file -> Long.parseUnsignedLong(file, 16))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The names of all channels here, sorted. */
    List<String> rings() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(REGION + RING))
                    .map(file -> file.substring(REGION.length() + RING.length()))
                    .sorted()
                    .toList();
        }
    }
}
