package dev.psyne.node;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.Machine;
import dev.psyne.platform.TransparentHugePages;
import java.lang.management.ManagementFactory;
import java.util.function.Function;

/** What this process's heap is made of, in which the stacks of waiting jobs lie: asked of the JVM, not of its flags. */
final class HeapProbe {
    private static final String SAYS_YES = "true";
    private static final long MEBIBYTE = 1L << 20;

    private HeapProbe() {}

    static Availability probe() {
        HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return bean == null
                    ? notAsked("it has no HotSpotDiagnosticMXBean")
                    : probe(
                            flag -> bean.getVMOption(flag).getValue(),
                            TransparentHugePages.anonymous(),
                            Machine.hugeBytes());
        } catch (IllegalArgumentException unknownFlag) {
            return notAsked("it lacks a flag: " + unknownFlag.getMessage());
        }
    }

    /** By the flags of a JVM, the kernel's setting and what the process has in huge pages. */
    static Availability probe(Function<String, String> flags, Availability kernel, long hugeBytes) {
        boolean asked = flags.apply("UseTransparentHugePages").equals(SAYS_YES);
        boolean reserved = flags.apply("UseLargePages").equals(SAYS_YES) && !asked;
        String pages = reserved
                ? "reserved huge pages"
                : asked ? transparent(kernel, hugeBytes) : "ordinary pages (PSYNE_HEAP=huge asks for huge ones)";
        String touched = flags.apply("AlwaysPreTouch").equals(SAYS_YES)
                ? "touched before the start"
                : "each page touched first by who uses it";
        return new Available(
                "at most " + Long.parseLong(flags.apply("MaxHeapSize")) / MEBIBYTE + " MiB, " + pages + ", " + touched);
    }

    private static String transparent(Availability kernel, long hugeBytes) {
        return switch (kernel) {
            case Available _ -> "transparent huge pages, " + hugeBytes / MEBIBYTE + " MiB of this process in them";
            case Unavailable(String why, String cure) ->
                "ordinary pages although huge ones were asked for: " + why + ", " + cure;
        };
    }

    private static Unavailable notAsked(String why) {
        return new Unavailable("this JVM cannot be asked: " + why, "run it on a HotSpot JVM, such as Temurin's");
    }
}
