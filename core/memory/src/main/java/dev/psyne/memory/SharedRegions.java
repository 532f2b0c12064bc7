package dev.psyne.memory;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.platform.MappableFile;
import dev.psyne.platform.OutOfSpaceException;
import dev.psyne.platform.TransparentHugePages;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Regions by name in a directory. A file is made under a temporary name and linked to its own when it is complete, so
 * that whoever finds it finds all of it.
 */
final class SharedRegions {
    private static final String PREFIX = "psyne.";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private SharedRegions() {}

    static String checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name is '" + name + "'; it may have 1 to 200 letters, digits, dots,"
                    + " hyphens and underscores, the first a letter or digit, and no slash");
        }
        return name;
    }

    static Path defaultDirectory() {
        return Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)
                ? SHARED_MEMORY
                : Path.of(System.getProperty("java.io.tmpdir"));
    }

    static Region build(RegionBuilder wanted, String name) {
        Path directory = directory(wanted);
        Path path = path(directory, name);
        Path temporary = directory.resolve("." + path.getFileName() + "." + UUID.randomUUID());
        try (MappableFile file = MappableFile.create(temporary)) {
            try {
                Region region = RegionFiles.create(wanted, file, TransparentHugePages.in(directory), null);
                return wanted.filled(region).orClosed(() -> Files.createLink(path, temporary));
            } finally {
                Files.delete(temporary);
            }
        } catch (FileAlreadyExistsException exists) {
            throw new RegionException(
                    Reason.EXISTS,
                    "there is a region '" + name + "' in " + directory
                            + " already; open() it, choose another name, or Region.unlink it if it is left over",
                    exists);
        } catch (OutOfSpaceException full) {
            throw RegionFiles.noSpace("region '" + name + "'", RegionFiles.bytes(wanted), directory, full);
        } catch (IOException refused) {
            throw new RegionException(
                    Reason.REFUSED,
                    "region '" + name + "' cannot be created in " + directory + ": " + refused,
                    refused);
        }
    }

    static Region open(RegionBuilder wanted, String name) {
        Path directory = directory(wanted);
        String region = "region '" + name + "' in " + directory;
        try (MappableFile file = MappableFile.open(path(directory, name), true, false)) {
            return RegionFiles.attach(wanted, file, region, TransparentHugePages.in(directory), null);
        } catch (NoSuchFileException missing) {
            throw new RegionException(
                    Reason.MISSING,
                    "there is no " + region + "; build() creates one, or wait until the other side has",
                    missing);
        } catch (IOException refused) {
            throw new RegionException(Reason.REFUSED, region + " cannot be opened: " + refused, refused);
        }
    }

    static boolean unlink(Path directory, String name) {
        try {
            return Files.deleteIfExists(path(directory, name));
        } catch (IOException refused) {
            throw new RegionException(
                    Reason.REFUSED,
                    "region '" + name + "' in " + directory + " cannot be unlinked: " + refused,
                    refused);
        }
    }

    private static Path directory(RegionBuilder wanted) {
        return wanted.directory != null ? wanted.directory : defaultDirectory();
    }

    private static Path path(Path directory, String name) {
        return directory.resolve(PREFIX + checkName(name));
    }
}
