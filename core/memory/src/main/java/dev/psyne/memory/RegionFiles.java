package dev.psyne.memory;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.platform.Availability;
import dev.psyne.platform.MappableFile;
import dev.psyne.platform.OutOfSpaceException;
import dev.psyne.platform.Pages;
import dev.psyne.platform.TransparentHugePages;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Regions in files that begin with a {@link RegionHeader}. */
final class RegionFiles {
    private RegionFiles() {}

    /** Size of the file that a region asks for. */
    static long bytes(RegionBuilder wanted) {
        return RegionHeader.BYTES + wanted.bytes;
    }

    /**
     * Fills a new file, and seals its size if the region keeps it open to pass it on. Advice comes before the file is backed, since pages that are there
     * do not grow or move.
     */
    static Region create(RegionBuilder wanted, MappableFile file, Availability transparent, @Nullable MappableFile kept)
            throws IOException {
        long alignment = alignment(wanted);
        long bytes = bytes(wanted);
        file.resize(bytes);
        Pages pages = file.map(bytes, alignment, true);
        try {
            RegionPlacer placer = new RegionPlacer(wanted, pages);
            placer.advise(false, transparent);
            placer.populateByMapping();
            if (!wanted.isSparse) {
                file.allocate(bytes);
            }
            if (kept != null) {
                seal(wanted, kept);
            }
            try (Arena arena = Arena.ofConfined()) {
                new RegionHeader((int) file.user(), wanted.bytes).write(pages.view(arena));
            }
            return new Region(pages, RegionHeader.BYTES, wanted.bytes, placer.place(), kept);
        } catch (Throwable refused) {
            pages.release();
            throw refused;
        }
    }

    private static void seal(RegionBuilder wanted, MappableFile file) throws IOException {
        if (wanted.isForReaders) {
            file.sealForReaders();
        } else {
            file.sealSize();
        }
    }

    /** Checks a file that is there and maps it. */
    static Region attach(
            RegionBuilder wanted, MappableFile file, String name, Availability transparent, @Nullable MappableFile kept)
            throws IOException {
        MappableFile.Status status = file.status();
        RegionHeader.checkFile(name, status, file.user());
        long payloadBytes = readHeader(file, name, status).payloadBytes();
        if (wanted.bytes != RegionBuilder.ANY_SIZE && wanted.bytes != payloadBytes) {
            throw new RegionMismatchException(
                    name,
                    "payload bytes",
                    Long.toString(payloadBytes),
                    Long.toString(wanted.bytes),
                    "agree on one size, or take the size that is there with Region.builder()");
        }
        Pages pages = file.map(RegionHeader.BYTES + payloadBytes, alignment(wanted), !wanted.isForReaders);
        try {
            RegionPlacer placer = new RegionPlacer(wanted, pages);
            placer.advise(false, transparent);
            return new Region(pages, RegionHeader.BYTES, payloadBytes, placer.place(), kept);
        } catch (Throwable refused) {
            pages.release();
            throw refused;
        }
    }

    private static RegionHeader readHeader(MappableFile file, String name, MappableFile.Status status)
            throws IOException {
        Pages page = file.map(RegionHeader.BYTES, 1, false);
        try (Arena arena = Arena.ofConfined()) {
            return RegionHeader.read(name, page.view(arena), status);
        } finally {
            page.release();
        }
    }

    private static long alignment(RegionBuilder wanted) {
        if (wanted.alignment > RegionHeader.BYTES) {
            throw new IllegalArgumentException("alignment is " + wanted.alignment
                    + "; regions with a header may be aligned to " + RegionHeader.BYTES + " at most");
        }
        return wanted.hugePages == HugePages.NONE ? RegionHeader.BYTES : TransparentHugePages.pageBytes();
    }

    static RegionException noSpace(String what, long bytes, Path directory, OutOfSpaceException full) {
        String room;
        try {
            FileStore store = Files.getFileStore(directory);
            room = store.getUsableSpace() + " of " + store.getTotalSpace() + " are free";
        } catch (IOException unknown) {
            full.addSuppressed(unknown);
            room = "it is not known how many are free";
        }
        return new RegionException(
                Reason.NO_SPACE,
                what + " needs " + bytes + " bytes in " + directory + ", where " + room
                        + "; make it bigger (docker run --shm-size=SIZE, or mount -o remount,size=SIZE), choose another"
                        + " directory, or ask for less",
                full);
    }
}
