package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The vector instructions this processor has and this system keeps the registers of, as CPUID and XGETBV say (Intel's
 * manual, volume 1, sections 14.3 and 15.2, and volume 2, CPUID). Immutable.
 */
public final class ProcessorFeatures {
    private final Set<Feature> features;
    private final Availability availability;

    /** What is asked for: leaf, subleaf, register (EAX to EDX are 0 to 3) and bit, and the registers the system must keep. */
    public enum Feature {
        /** Integer vectors of 256 bits. */
        AVX2(7, 0, 1, 5, Registers.YMM),
        /** Fused multiplication and addition of 256 bits. */
        FMA(1, 0, 2, 12, Registers.YMM),
        /** Conversions of half precision. */
        F16C(1, 0, 2, 29, Registers.YMM),
        /** Vectors of 512 bits, the foundation. */
        AVX512F(7, 0, 1, 16, Registers.ZMM),
        /** AVX-512 over bytes and words. */
        AVX512BW(7, 0, 1, 30, Registers.ZMM),
        /** AVX-512 over 128 and 256 bits. */
        AVX512VL(7, 0, 1, 31, Registers.ZMM),
        /** Dot products of bytes in AVX-512. */
        AVX512_VNNI(7, 0, 2, 11, Registers.ZMM),
        /** Dot products of unsigned by signed bytes in 256 bits, encoded by VEX. */
        AVX_VNNI(7, 1, 0, 4, Registers.YMM),
        /** Dot products of signed bytes in 256 bits. */
        AVX_VNNI_INT8(7, 1, 3, 4, Registers.YMM);

        private final int leaf;
        private final int subleaf;
        private final int register;
        private final int bit;
        private final Registers registers;

        Feature(int leaf, int subleaf, int register, int bit, Registers registers) {
            this.leaf = leaf;
            this.subleaf = subleaf;
            this.register = register;
            this.bit = bit;
            this.registers = registers;
        }
    }

    /** State components of XCR0: SSE and AVX; for AVX-512 the masks and both halves of the wide registers too. */
    private enum Registers {
        YMM(0x06),
        ZMM(0xe6);

        private final long state;

        Registers(long state) {
            this.state = state;
        }
    }

    /** What answers CPUID and XGETBV, so that a test can be another processor. */
    interface Source {
        /** One of the four registers that CPUID fills. */
        int identification(int leaf, int subleaf, int register);

        /** The extended control register 0: which registers the system keeps. */
        long keptState();
    }

    private static final class Current {
        static final ProcessorFeatures FEATURES = of(ExecutableMemory.automatic());
    }

    private ProcessorFeatures(Set<Feature> features, Availability availability) {
        this.features = features;
        this.availability = availability;
    }

    /** Those of this machine, read once. */
    public static ProcessorFeatures current() {
        return Current.FEATURES;
    }

    /** Those of this machine, read by code in {@code memory}; none, where there is no such memory. */
    static ProcessorFeatures of(ExecutableMemory memory) {
        if (memory.availability() instanceof Unavailable(String why, String cure)) {
            return new ProcessorFeatures(
                    Set.of(), new Unavailable("unknown, since CPUID cannot be executed: " + why, cure));
        }
        try (ProcessorIdentification source = new ProcessorIdentification(memory)) {
            return of(source);
        }
    }

    static ProcessorFeatures of(Source source) {
        int extendedState = 1 << 27;
        boolean readable = (source.identification(1, 0, 2) & extendedState) != 0;
        long kept = readable ? source.keptState() : 0;
        EnumSet<Feature> found = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            boolean known = feature.leaf <= source.identification(0, 0, 0)
                    && feature.subleaf <= (feature.subleaf == 0 ? 0 : source.identification(feature.leaf, 0, 0));
            boolean keeps = (kept & feature.registers.state) == feature.registers.state;
            if (known
                    && keeps
                    && (source.identification(feature.leaf, feature.subleaf, feature.register) >> feature.bit & 1)
                            != 0) {
                found.add(feature);
            }
        }
        return new ProcessorFeatures(Collections.unmodifiableSet(found), describe(found));
    }

    private static Availability describe(Set<Feature> found) {
        if (found.isEmpty()) {
            return new Unavailable("none that a kernel uses", "nothing to do: the Vector API computes instead");
        }
        return new Available(found.stream()
                .map(feature -> feature.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" ")));
    }

    /** What was found, or why it is unknown. */
    public Availability availability() {
        return availability;
    }

    /** Whether all of these were found; false where they are unknown. */
    public boolean hasAll(Collection<Feature> wanted) {
        return features.containsAll(wanted);
    }
}
