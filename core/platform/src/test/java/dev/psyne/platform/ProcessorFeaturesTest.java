package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.ProcessorFeatures.Feature;
import dev.psyne.platform.ProcessorFeatures.Source;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessorFeaturesTest {
    private static final int ALL_BITS = -1;

    /** A processor whose every bit is set. */
    private record Full(int highestLeaf, int highestSubleaf, boolean stateReadable, long keptState) implements Source {
        @Override
        public int identification(int leaf, int subleaf, int register) {
            if (leaf == 0) {
                return highestLeaf;
            }
            if (leaf == 1) {
                return stateReadable ? ALL_BITS : ~(1 << 27);
            }
            return register == 0 && subleaf == 0 ? highestSubleaf : ALL_BITS;
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void theKernelNamesTheSame() {
        List<String> flags = List.of(
                Host.current().value("proc/cpuinfo", "flags").orElseThrow().split(" "));
        ProcessorFeatures features = ProcessorFeatures.current();
        // The kernels of some distributions are too old to know the last one's name.
        for (Feature feature : Feature.values()) {
            if (feature != Feature.AVX_VNNI_INT8) {
                String name = feature.name().toLowerCase(Locale.ROOT);
                assertEquals(flags.contains(name), features.hasAll(List.of(feature)), name);
            }
        }
    }

    @Test
    void whatTheSystemDoesNotKeepIsNotThere() {
        assertTrue(ProcessorFeatures.of(new Full(7, 1, true, 0xe7)).hasAll(List.of(Feature.values())));
        ProcessorFeatures narrow = ProcessorFeatures.of(new Full(7, 1, true, 0x07));
        assertEquals(
                "avx2 fma f16c avx_vnni avx_vnni_int8",
                assertInstanceOf(Available.class, narrow.availability()).what());
        assertFalse(ProcessorFeatures.of(new Full(7, 1, true, 0x03)).hasAll(List.of(Feature.FMA)));
        assertFalse(ProcessorFeatures.of(new Full(7, 1, false, 0xe7)).hasAll(List.of(Feature.FMA)));
    }

    @Test
    void leavesBeyondTheHighestAreNotAsked() {
        assertFalse(ProcessorFeatures.of(new Full(1, 1, true, 0xe7)).hasAll(List.of(Feature.AVX2)));
        assertTrue(ProcessorFeatures.of(new Full(1, 1, true, 0xe7)).hasAll(List.of(Feature.FMA)));
        assertFalse(ProcessorFeatures.of(new Full(7, 0, true, 0xe7)).hasAll(List.of(Feature.AVX_VNNI)));
    }

    @Test
    void withoutAnExecutablePageTheyAreUnknownWithTheReason() {
        ProcessorFeatures features = ProcessorFeatures.of(ExecutableMemory.refused());
        Unavailable unknown = assertInstanceOf(Unavailable.class, features.availability());
        assertTrue(unknown.why().startsWith("unknown, since CPUID cannot be executed"), unknown.why());
        assertFalse(features.hasAll(List.of(Feature.AVX2)));
    }
}
