package dev.psyne.net;

import dev.psyne.fiber.Scheduler;
import dev.psyne.memory.ByteBudget;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that a server is started with; the builder fills it. */
record ServerSettings(
        String host,
        int port,
        @Nullable TlsFiles tls,
        @Nullable String token,
        boolean insecure,
        HttpLimits limits,
        ByteBudget budget,
        Scheduler scheduler,
        Set<String> allowedNames,
        List<PathPattern> publicPaths,
        List<Router.Route> routes,
        Consumer<Throwable> failures) {

    /** The address to listen at, once it is known that listening there is meant. */
    InetSocketAddress address() {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unknown host: " + host);
        }
        boolean isProtected = token != null && tls != null;
        if (!address.getAddress().isLoopbackAddress() && !isProtected && !insecure) {
            throw new UnprotectedHostException("refusing to listen on " + host
                    + ", where others can reach it, without protection: give a token and a TLS certificate with its key,"
                    + " listen on 127.0.0.1, or choose --insecure by hand");
        }
        return address;
    }
}
