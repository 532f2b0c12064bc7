package dev.psyne.bench.rpc;

import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.Inline;
import dev.psyne.rpc.RpcClient;
import dev.psyne.rpc.RpcNode;
import dev.psyne.rpc.RpcOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * One side of an echo over a node's {@code ipc:} name, in a JVM of its own. It says {@code up}; for each {@code round N} on standard
 * input it says {@code ready} and, when N calls are answered, {@code done}, the client with the median and the 99th percentile in
 * nanoseconds and the bytes that it allocated for a call. It ends with its input.
 */
public final class IpcProcess {
    private static final String ROUND = "round ";

    /** 64 bytes. */
    public record EightLongs(long a, long b, long c, long d, long e, long f, long g, long h) {}

    /** The same method twice, run where the call is read and as a job. */
    public interface Echo {
        /** Gives back what it was given. */
        @Inline
        EightLongs here(EightLongs value);

        /** The same. */
        EightLongs elsewhere(EightLongs value);
    }

    private record Answers() implements Echo {
        @Override
        public EightLongs here(EightLongs value) {
            return value;
        }

        @Override
        public EightLongs elsewhere(EightLongs value) {
            return value;
        }
    }

    private IpcProcess() {}

    /**
     * Serves rounds.
     *
     * @param arguments {@code node ADDRESS}, or {@code here ADDRESS} or {@code elsewhere ADDRESS}
     */
    public static void main(String[] arguments) throws IOException {
        String address = arguments[1];
        try (Scheduler scheduler = Scheduler.create(1)) {
            if (arguments[0].equals("node")) {
                try (RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), Throwable::printStackTrace)) {
                    node.serve(Echo.class, new Answers()).listen(address);
                    serve(_ -> "");
                }
                return;
            }
            boolean here = arguments[0].equals("here");
            try (RpcClient client =
                    RpcClient.connect(address, scheduler, RpcOptions.standard(), Throwable::printStackTrace)) {
                Echo echo = client.service(Echo.class);
                serve(count -> round(echo, here, (int) count));
            }
        }
    }

    private static void serve(LongFunction<String> round) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("up");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println("ready");
            out.println("done" + round.apply(Long.parseLong(line.substring(ROUND.length()))));
        }
    }

    private static String round(Echo echo, boolean here, int count) {
        EightLongs value = new EightLongs(1, 2, 3, 4, 5, 6, 7, 8);
        long[] nanos = new long[count];
        long allocated = allocated();
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            EightLongs answer = here ? echo.here(value) : echo.elsewhere(value);
            nanos[i] = System.nanoTime() - begin;
            if (answer.h() != value.h()) {
                throw new IllegalStateException("the answer is " + answer);
            }
        }
        long bytes = (allocated() - allocated) / count;
        Arrays.sort(nanos);
        return " " + nanos[count / 2] + " " + nanos[count - 1 - count / 100] + " " + bytes;
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
