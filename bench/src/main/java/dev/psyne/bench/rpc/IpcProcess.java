package dev.psyne.bench.rpc;

import dev.psyne.bench.LatencyHistogram;
import dev.psyne.bench.RoundProcess;
import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Inline;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;

/** One side of an echo over a node's {@code ipc:} name, in a JVM of its own, as a {@link RoundProcess}. */
final class IpcProcess {
    private static final String ROUND = "round ";

    /** What a process does. */
    enum Role {
        /** Answers; its rounds have no figures. */
        NODE,
        /** Calls, one after the other: the median and the 99th percentile in nanoseconds. */
        CLIENT
    }

    /** 64 bytes. */
    public record EightLongs(long a, long b, long c, long d, long e, long f, long g, long h) {}

    /** What is served. */
    public interface Echo {
        /** The same again. */
        @Inline
        EightLongs echo(EightLongs value);
    }

    private IpcProcess() {}

    /**
     * Serves rounds.
     *
     * @param arguments the role and the address
     */
    public static void main(String[] arguments) throws IOException {
        String address = arguments[1];
        try (Scheduler scheduler = Scheduler.create(1)) {
            if (Role.valueOf(arguments[0]) == Role.NODE) {
                try (RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), Throwable::printStackTrace)) {
                    node.serve(Echo.class, same -> same).listen(address);
                    serve(_ -> "");
                }
            } else {
                try (RpcClient client =
                        RpcClient.connect(address, scheduler, RpcOptions.standard(), Throwable::printStackTrace)) {
                    Echo echo = client.service(Echo.class);
                    serve(count -> round(echo, count));
                }
            }
        }
    }

    /** Starts one. */
    static RoundProcess start(Role role, String address) throws IOException, InterruptedException {
        return RoundProcess.start(
                "the " + role + " at " + address,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IpcProcess.class.getName(),
                        role.name(),
                        address));
    }

    private static void serve(LongFunction<String> round) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("up");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("ready");
            System.out.println("done " + round.apply(Long.parseLong(line.substring(ROUND.length()))));
        }
    }

    private static String round(Echo echo, long count) {
        LatencyHistogram times = new LatencyHistogram();
        for (long i = 0; i < count; i++) {
            EightLongs value = new EightLongs(i, 2, 3, 4, 5, 6, 7, -i);
            long begin = System.nanoTime();
            EightLongs answer = echo.echo(value);
            times.record(System.nanoTime() - begin);
            if (answer.a() != i || answer.h() != -i) {
                throw new IllegalStateException("the answer to " + value + " is " + answer);
            }
        }
        return times.percentile(0.5) + " " + times.percentile(0.99);
    }
}
