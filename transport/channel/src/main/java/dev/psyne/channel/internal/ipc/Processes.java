package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelMismatchException;
import dev.psyne.memory.RegionException;
import dev.psyne.platform.KernelLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The other processes of a directory: which of them live, and their bells. Any thread may ask. */
final class Processes implements AutoCloseable {
    private static final int LOOKS_BEFORE_REMOVAL = 8;

    private final IpcDirectory directory;
    private final long own;
    private final Map<Long, Other> known = new HashMap<>();
    private final Map<Long, Integer> looksSinceDeath = new HashMap<>();
    private boolean closed;

    private record Other(KernelLock lock, Bell bell) {
        void close() {
            lock.close();
            bell.close();
        }
    }

    Processes(IpcDirectory directory, long own) {
        this.directory = directory;
        this.own = own;
    }

    /** A process lives while its file is there and locked. */
    synchronized boolean isAlive(long process) {
        if (process == own) {
            return true;
        }
        Other other = find(process);
        try {
            return other != null && other.lock.isHeldByAnother();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Rings a process's bell; one that is gone has nobody to wake. */
    synchronized void ring(long process, int sleeper) {
        Other other = find(process);
        if (other != null) {
            other.bell.ring(sleeper);
        }
    }

    private @Nullable Other find(long process) {
        Other other = known.get(process);
        if (other != null || closed) {
            return other;
        }
        try {
            KernelLock lock = KernelLock.open(directory.process(process));
            try {
                other = new Other(lock, Bell.mapForeign(directory.process(process)));
            } catch (RegionException | ChannelMismatchException gone) {
                // It left between the two looks, or is no bell, which nobody can hear either.
                lock.close();
                return null;
            } catch (RuntimeException failure) {
                lock.close();
                throw failure;
            }
        } catch (NoSuchFileException gone) {
            return null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        known.put(process, other);
        return other;
    }

    /**
     * Whether processes are found gone for the first time. The file of one that died is removed some looks later: until then
     * every other process finds it too.
     */
    synchronized boolean findLost() {
        Set<Long> files = new HashSet<>(directory.processes());
        files.remove(own);
        files.forEach(this::find);
        boolean isAnyLost = false;
        for (Long process : List.copyOf(known.keySet())) {
            boolean hasFile = files.contains(process);
            if (hasFile && isAlive(process)) {
                continue;
            }
            int looks = looksSinceDeath.merge(process, 1, Integer::sum);
            isAnyLost |= looks == 1;
            if (!hasFile || looks > LOOKS_BEFORE_REMOVAL) {
                forget(process);
            }
        }
        return isAnyLost;
    }

    /** Removes the files of those that died at once if nobody lives who would still have to find them dead. */
    synchronized void removeDeadIfAlone() {
        List<Long> dead = new ArrayList<>(directory.processes());
        dead.remove(own);
        if (dead.stream().noneMatch(this::isAlive)) {
            dead.forEach(this::forget);
        }
    }

    private void forget(long process) {
        looksSinceDeath.remove(process);
        Other other = known.remove(process);
        if (other != null) {
            other.close();
        }
        try {
            Files.deleteIfExists(directory.process(process));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        known.values().forEach(Other::close);
        known.clear();
    }
}
