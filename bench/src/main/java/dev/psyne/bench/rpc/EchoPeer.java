package dev.psyne.bench.rpc;

import java.util.function.IntFunction;

/** Who answers 64 bytes with the same 64 bytes over TCP. */
enum EchoPeer {
    /** Ours. */
    PSYNE("Psyne", PsyneEcho::serve, PsyneEcho::connect),
    /** gRPC-java on Netty. */
    GRPC("gRPC", GrpcEcho::serve, GrpcEcho::connect),
    /** RSocket-java on Reactor Netty. */
    RSOCKET("RSocket", RSocketEcho::serve, RSocketEcho::connect);

    final String title;
    private final IntFunction<AutoCloseable> server;
    private final IntFunction<EchoClient> client;

    EchoPeer(String title, IntFunction<AutoCloseable> server, IntFunction<EchoClient> client) {
        this.title = title;
        this.server = server;
        this.client = client;
    }

    /** Serves at a port of this machine until it is closed. */
    AutoCloseable serve(int port) {
        return server.apply(port);
    }

    /** Connects to the one who serves at a port. */
    EchoClient connect(int port) {
        return client.apply(port);
    }
}
