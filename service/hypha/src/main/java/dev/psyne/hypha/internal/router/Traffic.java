package dev.psyne.hypha.internal.router;

import java.util.concurrent.atomic.LongAdder;

/** What one participant has sent and been sent since it came, counted as its frames pass the router. Any thread may call. */
public final class Traffic {
    private final long sinceNanos;
    private final LongAdder callsMade = new LongAdder();
    private final LongAdder callsTaken = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();

    /** Of a participant that comes now, by the clock that the router's parts share. */
    public Traffic(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }

    void sent(long bytes, boolean call) {
        bytesSent.add(bytes);
        if (call) {
            callsMade.increment();
        }
    }

    void received(long bytes, boolean call) {
        bytesReceived.add(bytes);
        if (call) {
            callsTaken.increment();
        }
    }

    /** When it came. */
    public long sinceNanos() {
        return sinceNanos;
    }

    /** Frames it sent that call a method and wait for the answer. */
    public long callsMade() {
        return callsMade.sum();
    }

    /** Such frames that it was sent. */
    public long callsTaken() {
        return callsTaken.sum();
    }

    /** Bytes of all frames it sent. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** Bytes of all frames for it, those that still wait included. */
    public long bytesReceived() {
        return bytesReceived.sum();
    }
}
