package dev.psyne.bench.hypha;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The server that hypha-rpc's clients know, in a process of its own. */
public final class ReferenceServer implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Process process;
    private final int port;

    private ReferenceServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it on a free port. */
    public static ReferenceServer start(String python, Path folder, String... options) throws IOException {
        int port = freePort();
        List<String> command =
                new ArrayList<>(List.of(python, "reference_server.py", "--port", Integer.toString(port)));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .put("PYTHONPATH", folder.resolve("hypha-rpc/python").toString());
        ReferenceServer server = new ReferenceServer(builder.start(), port);
        server.await();
        return server;
    }

    /** One that nobody listens at now. */
    public static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private void await() throws IOException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < START_NANOS && process.isAlive()) {
            try (Socket _ = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        close();
        throw new IOException(
                "reference_server.py does not listen; its Python must have aiohttp, websockets and msgpack");
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Where it listens. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
