package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelStatistics;
import dev.psyne.channel.internal.ring.RingFigures;
import dev.psyne.channel.internal.ring.RingShape;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Looks at the rings of a directory without taking part in any. */
public final class RingInspection {
    private static final long NOBODY = 0;

    private RingInspection() {}

    /** The figures of all channels, by name. */
    public static List<ChannelStatistics> all(IpcDirectory directory) {
        if (!Files.isDirectory(directory.root())) {
            return List.of();
        }
        List<ChannelStatistics> all = new ArrayList<>();
        try (Processes processes = new Processes(directory, NOBODY)) {
            int owner = IpcDirectory.user();
            for (String name : directory.rings()) {
                RingFile file = new RingFile(directory, name);
                try (Region region = file.map()) {
                    RingShape shape = RingShape.read("ipc:" + name, region.segment(), owner);
                    all.add(RingFigures.read(name, region.segment(), shape, processes::isAlive));
                } catch (RegionException removed) {
                    // Its last participant has left between the listing and this look.
                    continue;
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.copyOf(all);
    }
}
