package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelDamagedException;
import dev.psyne.channel.MessageHandler;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Receiver;
import dev.psyne.rpc.internal.wire.CarrierEvents;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.ProtocolException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What comes over a ring. One thread at a time reads; which one, its users see to. Messages are shown where they lie in the ring. */
final class RingInput {
    /** How often one who looks all the time looks for the peer's end as well, which costs more. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Turns between two looks at the clock. */
    private static final int TURNS_MASK = 0xFF;

    private final Receiver ring;
    private final FrameReader reader;
    private final CarrierEvents events;
    private final Runnable broken;
    private final Runnable gone;
    private final Consumer<Throwable> failures;
    private final MessageHandler handler = this::read;
    private final Queue<Integer> forgotten = new ConcurrentLinkedQueue<>();
    private boolean isBroken;
    private int turns;
    private long lookedAt = System.nanoTime();

    /**
     * Over a ring.
     *
     * @param broken is told when the peer has broken a rule, after the events were
     * @param gone is told when nothing comes any more
     */
    RingInput(
            Receiver ring,
            FrameReader reader,
            CarrierEvents events,
            Runnable broken,
            Runnable gone,
            Consumer<Throwable> failures) {
        this.ring = ring;
        this.reader = reader;
        this.events = events;
        this.broken = broken;
        this.gone = gone;
        this.failures = failures;
    }

    /** What has come of messages on a stream is given back before anything else is read. Any thread may call. */
    void forget(int stream) {
        if (reader.isAssembling()) {
            forgotten.add(stream);
        }
    }

    /** Reads what is there, without waiting; false if there was nothing. */
    boolean poll(int limit) {
        try {
            return ring.poll(handler, limit) != 0;
        } catch (ChannelClosedException | ChannelDamagedException left) {
            gone.run();
            return false;
        }
    }

    /** To be called by one who polls whenever there was nothing: notices, now and then, that the peer has gone. */
    void lookForEnd() throws InterruptedException {
        if ((++turns & TURNS_MASK) == 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long now = System.nanoTime();
            if (now - lookedAt > LOOK_NANOS) {
                lookedAt = now;
                receive(now);
            }
        }
    }

    /** Waits for a message and reads it; false if there was none by {@code deadlineNanos}, or none comes any more. */
    boolean receive(long deadlineNanos) throws InterruptedException {
        try {
            boolean received = deadlineNanos == Long.MAX_VALUE
                    ? ring.receive(handler)
                    : ring.receive(handler, Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())));
            if (!received) {
                gone.run();
            }
            return received;
        } catch (TimeoutException late) {
            return false;
        } catch (ChannelClosedException | PeerDiedException | ChannelDamagedException left) {
            gone.run();
            return false;
        }
    }

    /** Waits in turns of looking; otherwise as {@link #receive}, but {@code done} ends it too. */
    void spin(BooleanSupplier done, BooleanSupplier ended, long deadlineNanos) throws InterruptedException {
        while (!done.getAsBoolean() && !ended.getAsBoolean()) {
            if (!poll(1)) {
                lookForEnd();
                if ((turns & TURNS_MASK) == 0 && isOver(deadlineNanos)) {
                    return;
                }
                Thread.onSpinWait();
            }
        }
    }

    static boolean isOver(long deadlineNanos) {
        return deadlineNanos != Long.MAX_VALUE && System.nanoTime() - deadlineNanos >= 0;
    }

    /** Nothing is read any more; the last event. */
    void finish() {
        reader.close();
        events.closed();
    }

    private void read(MemorySegment frames) {
        if (isBroken) {
            return;
        }
        try {
            for (Integer stream = forgotten.poll(); stream != null; stream = forgotten.poll()) {
                reader.forget(stream);
            }
            reader.read(frames);
        } catch (ProtocolException rule) {
            isBroken = true;
            events.broken(rule);
            broken.run();
        } catch (RuntimeException | Error failure) {
            // The frames behind it are lost.
            isBroken = true;
            failures.accept(failure);
            broken.run();
        }
    }
}
