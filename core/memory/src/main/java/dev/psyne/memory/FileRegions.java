package dev.psyne.memory;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.platform.Availability;
import dev.psyne.platform.MappableFile;
import dev.psyne.platform.OutOfSpaceException;
import dev.psyne.platform.Pages;
import dev.psyne.platform.TransparentHugePages;
import dev.psyne.platform.VirtualMemory;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Regions that are all of a file, whatever is in it. */
final class FileRegions {
    private FileRegions() {}

    static Region build(RegionBuilder wanted, Path path) {
        try (MappableFile file = MappableFile.create(path)) {
            try {
                return wanted.filled(map(wanted, path, file, wanted.bytes, true));
            } catch (Throwable refused) {
                Files.delete(path);
                throw refused;
            }
        } catch (FileAlreadyExistsException exists) {
            throw new RegionException(
                    Reason.EXISTS, "there is a file " + path + " already; open() it or choose another", exists);
        } catch (OutOfSpaceException full) {
            Path directory = path.toAbsolutePath().normalize().resolveSibling("");
            throw RegionFiles.noSpace("file " + path, wanted.bytes, directory, full);
        } catch (IOException refused) {
            throw new RegionException(Reason.REFUSED, "file " + path + " cannot be created: " + refused, refused);
        }
    }

    static Region open(RegionBuilder wanted, Path path) {
        try (MappableFile file = MappableFile.open(path, true, true)) {
            long found = file.status().bytes();
            if (wanted.bytes != RegionBuilder.ANY_SIZE && wanted.bytes != found) {
                throw new RegionMismatchException(
                        "file " + path,
                        "file bytes",
                        Long.toString(found),
                        Long.toString(wanted.bytes),
                        "take the size that is there with Region.builder()");
            }
            return map(wanted, path, file, found, false);
        } catch (NoSuchFileException missing) {
            throw new RegionException(Reason.MISSING, "there is no file " + path + "; build() creates one", missing);
        } catch (IOException refused) {
            throw new RegionException(Reason.REFUSED, "file " + path + " cannot be opened: " + refused, refused);
        }
    }

    static Region mapReadOnly(Path path) throws IOException {
        try (MappableFile file = MappableFile.open(path, false, true)) {
            return mapReadOnly(file, null);
        }
    }

    /** The file is the region's from here on, or closed. */
    static Region attach(MappableFile file) throws IOException {
        try {
            if (!file.status().isRegular()) {
                throw new RegionMismatchException(
                        "passed file",
                        "type",
                        "not a regular file",
                        "a regular file",
                        "pass a file with content of its own");
            }
            return mapReadOnly(file, file);
        } catch (Throwable refused) {
            file.close();
            throw refused;
        }
    }

    private static Region mapReadOnly(MappableFile file, @Nullable MappableFile kept) throws IOException {
        long bytes = file.status().bytes();
        // An empty file has no pages to map; one that nobody sees stands in for them.
        Pages pages = bytes == 0 ? VirtualMemory.automatic().map(1, 1) : file.map(bytes, 1, false);
        RegionPlacement placement = new RegionPlacer(Region.builder(), pages).place();
        return new Region(pages, 0, bytes, placement, kept);
    }

    private static Region map(RegionBuilder wanted, Path path, MappableFile file, long bytes, boolean isFresh)
            throws IOException {
        if (isFresh) {
            file.resize(bytes);
        }
        boolean huge = wanted.hugePages != HugePages.NONE;
        long alignment = huge ? Math.max(wanted.alignment, TransparentHugePages.pageBytes()) : wanted.alignment;
        Pages pages = file.map(bytes, alignment, true);
        try {
            Availability transparent = TransparentHugePages.in(path);
            RegionPlacer placer = new RegionPlacer(wanted, pages);
            placer.advise(false, transparent);
            if (isFresh) {
                placer.populateByMapping();
                file.allocate(bytes);
            }
            return new Region(pages, 0, bytes, placer.place(), null);
        } catch (Throwable refused) {
            pages.release();
            throw refused;
        }
    }
}
