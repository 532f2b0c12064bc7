package dev.psyne.memory;

import dev.psyne.memory.RegionException.Reason;
import dev.psyne.platform.DescriptorSocket;
import dev.psyne.platform.Machine;
import dev.psyne.platform.MappableFile;
import dev.psyne.platform.TransparentHugePages;
import java.io.IOException;
import java.time.Duration;

/** Regions in memory files without a name, which processes pass to each other as descriptors. */
final class UnnamedRegions {
    private static final String LABEL = "psyne-region";

    private UnnamedRegions() {}

    static Region build(RegionBuilder wanted) {
        long bytes = RegionFiles.bytes(wanted);
        long available = Machine.availableBytes();
        // These files have no file system that could be full: the kernel would kill a process instead.
        if (available > 0 && bytes > available && !wanted.isSparse) {
            throw new RegionException(
                    Reason.NO_SPACE,
                    "a region without a name needs " + bytes + " bytes of memory, of which " + available
                            + " are available; ask for less or end what uses it",
                    null);
        }
        try {
            MappableFile file = MappableFile.inMemory(LABEL);
            try {
                return RegionFiles.create(wanted, file, TransparentHugePages.inMemory(), file);
            } catch (Throwable refused) {
                file.close();
                throw refused;
            }
        } catch (IOException refused) {
            throw new RegionException(Reason.REFUSED, "a region without a name cannot be created: " + refused, refused);
        }
    }

    static Region receive(DescriptorSocket socket, Duration timeout) throws IOException {
        return attach(Region.builder(), socket.receive(timeout));
    }

    /** The file is the region's from here on, or closed. */
    static Region attach(RegionBuilder wanted, MappableFile file) throws IOException {
        try {
            if (!file.isSizeSealed()) {
                throw new RegionMismatchException(
                        "region without a name",
                        "seals",
                        "a size that can change",
                        "a sealed size",
                        "pass what unnamed().build() made, which nobody can cut off under the other side");
            }
            return RegionFiles.attach(wanted, file, "region without a name", TransparentHugePages.inMemory(), file);
        } catch (Throwable refused) {
            file.close();
            throw refused;
        }
    }
}
