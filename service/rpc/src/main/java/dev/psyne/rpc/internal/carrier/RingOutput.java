package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.Claim;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Sender;
import dev.psyne.fiber.DedicatedThread;
import dev.psyne.rpc.internal.wire.GatheredFrames;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.SendQueue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What leaves over a ring. Whoever sends writes, for all who come meanwhile too; where the ring is full a virtual thread goes on when
 * there is room, so that nobody waits who only sends.
 */
final class RingOutput {
    /** What was sent before a close may take so long to leave. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long the virtual thread waits for room before it looks whether it still should. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Sender ring;
    private final SendQueue queue;
    private final int pieceBytes;
    private final Runnable gone;
    private final Consumer<Throwable> failures;
    private final GatheredFrames frames = new GatheredFrames();

    /** How many flushes were asked for since the one under way began; whoever makes it 1 writes. */
    private final AtomicInteger flushes = new AtomicInteger();

    private volatile boolean closing;
    private volatile long closeBy;
    private volatile boolean ended;

    /**
     * Over a ring that has room for {@link GatheredFrames#maxBytes}.
     *
     * @param gone is told when nothing leaves any more, of whatever thread finds out
     */
    RingOutput(Sender ring, SendQueue queue, int pieceBytes, Runnable gone, Consumer<Throwable> failures) {
        this.ring = ring;
        this.queue = queue;
        this.pieceBytes = pieceBytes;
        this.gone = gone;
        this.failures = failures;
    }

    void send(OutgoingMessage message) {
        if (!ended && flushes.compareAndSet(0, 1)) {
            // Nobody writes, so nothing that the sender has given before still waits.
            if (!frames.addWhole(message, pieceBytes)) {
                boolean _ = queue.add(message);
            }
            write(1, false);
        } else if (queue.add(message)) {
            flush();
        }
    }

    long waitingBytes() {
        return queue.waitingBytes();
    }

    /** Ends when what was sent before has left, or cannot any more. */
    void close() {
        closeBy = System.nanoTime() + LINGER_NANOS;
        closing = true;
        flush();
    }

    /** Sends nothing any more. */
    void end() {
        ended = true;
        ring.close();
        queue.close();
    }

    private void flush() {
        if (flushes.getAndIncrement() == 0) {
            write(1, false);
        }
    }

    /** Writes for all who asked, of whom {@code asked} are known, and leaves the rest to a virtual thread if the ring is full. */
    private void write(int asked, boolean waits) {
        int known = asked;
        try {
            while (known != 0) {
                while (!frames.isEmpty() || queue.take(frames)) {
                    if (!(waits ? writeOrWait() : tryWrite())) {
                        return;
                    }
                }
                known = flushes.addAndGet(-known);
            }
        } catch (ChannelClosedException | PeerDiedException left) {
            frames.clear();
            gone.run();
            return;
        } catch (RuntimeException | Error failure) {
            failures.accept(failure);
            frames.clear();
            gone.run();
            return;
        }
        if (closing) {
            gone.run();
        }
    }

    private boolean tryWrite() {
        if (claim(Duration.ZERO)) {
            return true;
        }
        DedicatedThread.virtual("psyne-rpc-ipc-writer", () -> write(flushes.get(), true), failures)
                .start();
        return false;
    }

    private boolean writeOrWait() {
        while (!closing || System.nanoTime() - closeBy < 0) {
            if (claim(PATIENCE)) {
                return true;
            }
        }
        frames.clear();
        gone.run();
        return false;
    }

    /** Whether there was room for the frames. */
    private boolean claim(Duration patience) {
        try {
            Claim claim = ring.claim(frames.bytes(), patience);
            frames.moveTo(claim.segment());
            claim.commit();
            return true;
        } catch (TimeoutException full) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
