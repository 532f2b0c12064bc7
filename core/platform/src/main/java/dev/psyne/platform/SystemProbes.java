package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;

/** The probes that need no more than one question each. */
final class SystemProbes {
    private static final int OLDEST_JAVA = 25;

    private SystemProbes() {}

    static Availability operatingSystem(Host host) {
        String kernel = host.system() + " " + host.version() + " " + host.architecture();
        if (!host.isLinux()) {
            return new Available(kernel + " (runs on fallbacks, untested)");
        }
        return new Available(host.value("etc/os-release", "PRETTY_NAME")
                .map(name -> name.replace("\"", "") + ", " + kernel)
                .orElse(kernel));
    }

    static Availability pageSize(Host host) {
        return LinuxCalls.tryWith(host, calls -> new Available(calls.pageBytes() + " bytes"));
    }

    static Availability java(Runtime.Version version) {
        if (version.feature() < OLDEST_JAVA) {
            return new Unavailable("Java " + version + " is too old", "install a JDK of " + OLDEST_JAVA + " or later");
        }
        return new Available(
                version + " (" + System.getProperty("java.vendor") + ", " + System.getProperty("java.vm.name") + ")");
    }
}
