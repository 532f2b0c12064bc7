package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Unavailable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class AffinityTest {
    /** In a thread of its own, so that the test's goes on unconfined. */
    private static <T> T inAThread(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future);
        thread.start();
        thread.join();
        return future.get();
    }

    @Test
    void aThreadIsConfinedToOneCpuAndFreedAgain() throws Exception {
        CpuSet all = Affinity.current();
        CpuSet one = CpuSet.of(all.stream().max().orElseThrow());
        assertEquals(List.of(one, all), inAThread(() -> {
            Affinity.set(one);
            CpuSet pinned = Affinity.current();
            Affinity.set(all);
            return List.of(pinned, Affinity.current());
        }));
        assertEquals(all, Affinity.current());
    }

    @Test
    void aThreadIsToldAboutItsOwnSetAndTheLimitsAboutTheProcess() throws Exception {
        int usable = ProcessorLimits.current().usable();
        int whenPinned = inAThread(() -> {
            Affinity.set(CpuSet.of(Affinity.current().stream().max().orElseThrow()));
            return ProcessorLimits.current().usable();
        });
        assertEquals(usable, whenPinned);
    }

    @Test
    void cpusThatAreNotThereAreRefusedAndNothingIsChanged() throws Exception {
        CpuSet all = Affinity.current();
        int absent = CpuSet.MAX_CPUS - 1;
        CpuSet mixed = CpuSet.of(all.stream().min().orElseThrow(), absent);
        CpuSet after = inAThread(() -> {
            String none = String.valueOf(assertThrows(AffinityException.class, () -> Affinity.set(CpuSet.of(absent))));
            assertTrue(none.contains("EINVAL"), none);
            String some = String.valueOf(assertThrows(AffinityException.class, () -> Affinity.set(mixed)));
            assertTrue(some.contains(mixed.toString()), some);
            return Affinity.current();
        });
        assertEquals(all, after);
        assertThrows(IllegalArgumentException.class, () -> Affinity.set(CpuSet.none()));
    }

    @Test
    void theMaskGrowsUntilTheKernelTakesIt() {
        List<Long> asked = new ArrayList<>();
        CpuSet found = Affinity.read((bytes, address) -> {
            asked.add(bytes);
            if (bytes < 1024) {
                return -Errno.EINVAL;
            }
            MemorySegment.ofAddress(address).reinterpret(bytes).set(ValueLayout.JAVA_BYTE, 1023, (byte) 0x80);
            return 1024;
        });
        assertEquals(List.of(128L, 256L, 512L, 1024L), asked);
        assertEquals(CpuSet.of(8191), found);
    }

    @Test
    void aKernelThatAlwaysRefusesIsNotAskedForEver() {
        List<Long> asked = new ArrayList<>();
        assertThrows(
                AffinityException.class,
                () -> Affinity.read((bytes, _) -> {
                    asked.add(bytes);
                    return -Errno.EINVAL;
                }));
        assertEquals(CpuSet.MAX_CPUS / 8, asked.getLast());
        String denied =
                String.valueOf(assertThrows(AffinityException.class, () -> Affinity.read((_, _) -> -Errno.EPERM)));
        assertTrue(denied.contains("EPERM"), denied);
    }

    @Test
    void elsewhereThreadsCannotBePinned() {
        Host mac = new Host("Mac OS X", "15.1", "aarch64", Path.of("/"));
        assertTrue(assertInstanceOf(Unavailable.class, Affinity.availability(mac))
                .why()
                .contains("Mac OS X"));
    }
}
