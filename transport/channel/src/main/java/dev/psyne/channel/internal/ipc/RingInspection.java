package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelStatistics;
import dev.psyne.channel.internal.ring.RingFigures;
import dev.psyne.channel.internal.ring.RingShape;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionException;
import dev.psyne.platform.KernelLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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
                read(directory, name, owner, processes).ifPresent(all::add);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.copyOf(all);
    }

    /** The figures of one channel, if it is there. */
    public static Optional<ChannelStatistics> one(IpcDirectory directory, String name) {
        if (!directory.holds(IpcDirectory.regionName(name))) {
            return Optional.empty();
        }
        try (Processes processes = new Processes(directory, NOBODY)) {
            return read(directory, name, IpcDirectory.user(), processes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Takes a channel's name away; whether there was one. */
    public static boolean remove(IpcDirectory directory, String name) {
        return Region.unlink(directory.root(), IpcDirectory.regionName(name));
    }

    /** Takes the names away of channels in which nobody living takes part. */
    public static List<String> removeAbandoned(IpcDirectory directory, Predicate<String> names) {
        if (!Files.exists(directory.lock())) {
            return List.of();
        }
        List<String> removed = new ArrayList<>();
        try (KernelLock lock = KernelLock.open(directory.lock());
                Processes processes = new Processes(directory, NOBODY)) {
            lock.lock();
            int owner = IpcDirectory.user();
            for (String name : directory.rings().stream().filter(names).toList()) {
                Optional<ChannelStatistics> found = read(directory, name, owner, processes);
                if (found.isPresent()
                        && found.get().participants().stream().noneMatch(ChannelStatistics.Member::isAlive)) {
                    remove(directory, name);
                    removed.add(name);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return removed;
    }

    private static Optional<ChannelStatistics> read(
            IpcDirectory directory, String name, int owner, Processes processes) {
        RingFile file = new RingFile(directory, name);
        try (Region region = file.map()) {
            RingShape shape = RingShape.read("ipc:" + name, region.segment(), owner);
            return Optional.of(RingFigures.read(name, region.segment(), shape, processes::isAlive));
        } catch (RegionException removed) {
            // Its last participant has left between the listing and this look.
            return Optional.empty();
        }
    }
}
