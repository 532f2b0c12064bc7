package dev.psyne.rpc;

import dev.psyne.fiber.Scheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process that serves an {@link IpcEarth} at an {@code ipc:} name, or calls one, until it is killed or its input ends. */
final class IpcChild implements AutoCloseable {
    private static final String READY = "ready";

    private final Process process;

    private IpcChild(Process process) {
        this.process = process;
    }

    /** A node at an address; it listens when this returns. */
    static IpcChild node(String address) throws IOException {
        return start("node", address);
    }

    /** A client that waits for an answer that never comes, and reads a stream that never ends; both have begun when this returns. */
    static IpcChild client(String address) throws IOException {
        return start("client", address);
    }

    private static IpcChild start(String role, String address) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IpcChild.class.getName(),
                        role,
                        address))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        IpcChild child = new IpcChild(process);
        String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
        if (!READY.equals(line)) {
            child.close();
            throw new IOException("the process of the " + role + " said " + line);
        }
        return child;
    }

    /** Kills it as the kernel does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Scheduler scheduler = Scheduler.create(2);
        if (arguments[0].equals("node")) {
            RpcNode.start(scheduler, RpcOptions.standard(), Throwable::printStackTrace)
                    .serve(IpcAtlas.class, new IpcEarth())
                    .listen(arguments[1]);
        } else {
            IpcAtlas atlas = RpcClient.connect(
                            arguments[1], scheduler, RpcOptions.standard(), Throwable::printStackTrace)
                    .service(IpcAtlas.class);
            Thread.ofPlatform().daemon().start(() -> atlas.wait("for ever"));
            if (!Integer.valueOf(0).equals(atlas.count(Integer.MAX_VALUE).next())) {
                throw new UncheckedIOException(new IOException("the stream does not begin with 0"));
            }
        }
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // Its parent says nothing, but ends.
        }
        Runtime.getRuntime().halt(0);
    }
}
