package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The processor's name and the widest vectors it has, by the flags of /proc/cpuinfo. */
final class ProcessorProbe {
    private static final String CPUINFO = "proc/cpuinfo";

    private ProcessorProbe() {}

    static Availability probe(Host host) {
        Set<String> flags = flags(host);
        if (flags.isEmpty()) {
            return new Unavailable(
                    "/proc/cpuinfo names no processor flags on " + host.system(),
                    "nothing to do: kernels ask the Vector API for the width to use");
        }
        String model = host.value(CPUINFO, "model name").orElse(host.architecture());
        return new Available(model + ", " + vectors(flags));
    }

    private static Set<String> flags(Host host) {
        // x86 calls the line "flags", aarch64 "Features".
        String line = host.value(CPUINFO, "flags")
                .or(() -> host.value(CPUINFO, "Features"))
                .orElse("");
        return Arrays.stream(line.split(" ")).filter(flag -> !flag.isEmpty()).collect(Collectors.toUnmodifiableSet());
    }

    private static String vectors(Set<String> flags) {
        if (flags.contains("avx512f")) {
            return "512-bit vectors (avx512f)";
        }
        if (flags.contains("avx2")) {
            return "256-bit vectors (avx2)";
        }
        if (flags.contains("sve")) {
            return "scalable vectors (sve)";
        }
        if (flags.contains("sse2") || flags.contains("asimd")) {
            return "128-bit vectors (" + (flags.contains("sse2") ? "sse2" : "asimd") + ")";
        }
        return "no vectors known";
    }
}
