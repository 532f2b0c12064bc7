package dev.psyne.bench.channel;

import java.io.IOException;

/** Messages to another JVM and back over Aeron IPC, both spinning, for rows of other areas. Used by one thread. */
public final class AeronRoundTrips implements AutoCloseable {
    private static final int TERM_BYTES = 4 << 20;

    private final Contender aeron;

    private AeronRoundTrips(Contender aeron) {
        this.aeron = aeron;
    }

    /** Starts both processes; messages have so many bytes, a multiple of 8. */
    public static AeronRoundTrips start(int messageBytes) throws IOException, InterruptedException {
        return new AeronRoundTrips(ContenderCommands.link("Aeron", new LinkTask(true, messageBytes, TERM_BYTES, false))
                .start()
                .start());
    }

    /** The median and the 99th percentile of so many, in nanoseconds. */
    public double[] round(long count) throws IOException, InterruptedException {
        return aeron.round(count);
    }

    @Override
    public void close() throws IOException {
        aeron.close();
    }
}
