package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelDirectory;
import dev.psyne.channel.ChannelException;
import dev.psyne.channel.ChannelStatistics;
import dev.psyne.channel.ParticipantLimitException;
import dev.psyne.channel.PeerDiedException;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.fiber.DedicatedThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections at an {@code ipc:} name. A client makes the two rings of a connection and knocks; when both sides are in them
 * the rings' names are removed, so that nothing is left of a connection whose sides have ended, in whatever way.
 */
public final class IpcListener implements AutoCloseable {
    private final IpcAddress address;
    private final Consumer<Throwable> failures;
    private final Function<RingPair, RingCarrier> accepted;
    private final ChannelDirectory directory;
    private final IpcChannels shared;
    private final Receiver door;
    private final Sender presence;
    private final @Nullable RingSpinner spinner;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long[] knocked = new long[1];

    private IpcListener(
            IpcAddress address,
            IpcChannels shared,
            Receiver door,
            Sender presence,
            Function<RingPair, RingCarrier> accepted,
            Consumer<Throwable> failures) {
        this.address = address;
        this.failures = failures;
        this.accepted = accepted;
        this.directory = ChannelDirectory.at(address.directory());
        this.shared = shared;
        this.door = door;
        this.presence = presence;
        this.spinner = address.spins() ? RingSpinner.start(failures) : null;
    }

    /**
     * Listens. What a process that died has left at this name is removed.
     *
     * @param accepted makes a carrier of a connection's rings, which begins to read when this has returned
     * @throws UncheckedIOException if it cannot be listened at
     */
    public static IpcListener start(
            IpcAddress address, Function<RingPair, RingCarrier> accepted, Consumer<Throwable> failures) {
        IpcChannels shared = IpcChannels.take(address.directory());
        boolean listens = false;
        try {
            ChannelDirectory.at(address.directory())
                    .removeAbandoned(name -> name.equals(address.doorName()) || address.isOfConnection(name));
            IpcListener listener = opened(address, shared, accepted, failures);
            DedicatedThread.virtual("psyne-rpc-ipc-door", listener::run, failures)
                    .start();
            listens = true;
            return listener;
        } catch (ParticipantLimitException taken) {
            throw refused(address, new IOException("another process listens there", taken));
        } catch (ChannelException failure) {
            throw refused(address, new IOException(failure.getMessage(), failure));
        } finally {
            if (!listens) {
                shared.giveBack();
            }
        }
    }

    private static IpcListener opened(
            IpcAddress address,
            IpcChannels shared,
            Function<RingPair, RingCarrier> accepted,
            Consumer<Throwable> failures) {
        Receiver door = shared.channels().receiver("ipc:" + address.doorName(), Knock.DOOR);
        boolean isPresent = false;
        try {
            Sender presence = shared.channels().sender(door.uri(), Knock.DOOR);
            isPresent = true;
            return new IpcListener(address, shared, door, presence, accepted, failures);
        } finally {
            if (!isPresent) {
                door.close();
            }
        }
    }

    private static UncheckedIOException refused(IpcAddress address, IOException reason) {
        return new UncheckedIOException("cannot listen at " + address + ": " + reason.getMessage(), reason);
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            try {
                door.close();
                presence.close();
            } finally {
                closed.countDown();
            }
        }
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                open = awaitKnock();
            }
        } finally {
            close();
            end();
        }
    }

    /** What the channels lie in goes when whoever closes them has done so. */
    private void end() {
        try {
            closed.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        }
        if (spinner != null) {
            spinner.close();
        }
        shared.giveBack();
    }

    private boolean awaitKnock() {
        try {
            knocked[0] = 0;
            if (!door.receive(message -> knocked[0] = Knock.read(message))) {
                return false;
            }
            open(knocked[0]);
            return true;
        } catch (ChannelClosedException closed) {
            return false;
        } catch (PeerDiedException client) {
            // It died while it knocked: there is no connection to be had.
            return true;
        } catch (ChannelException | IllegalArgumentException unusable) {
            failures.accept(unusable);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private void open(long connection) {
        String up = address.upName(connection);
        String down = address.downName(connection);
        if (!hasClient(up) || !hasClient(down)) {
            return;
        }
        Receiver in = shared.channels().receiver("ipc:" + up, Knock.RING);
        Sender out;
        try {
            out = shared.channels().sender("ipc:" + down, Knock.RING);
        } catch (ChannelException unusable) {
            in.close();
            throw unusable;
        } finally {
            directory.remove(up);
            directory.remove(down);
        }
        read(new RingPair(out, in, IpcChannels.take(address.directory())::giveBack));
    }

    private void read(RingPair rings) {
        RingCarrier carrier;
        try {
            carrier = accepted.apply(rings);
        } catch (RejectedExecutionException stopping) {
            // Nobody serves the connection any more: its client finds it ended.
            rings.out().close();
            rings.in().close();
            rings.away().run();
            return;
        }
        if (spinner == null) {
            carrier.readAlone();
        } else {
            spinner.add(carrier);
        }
    }

    /** A client that has given up, or died, has taken its rings along. */
    private boolean hasClient(String channel) {
        return directory
                .channel(channel)
                .map(found -> found.participants().stream().anyMatch(ChannelStatistics.Member::isAlive))
                .orElse(false);
    }
}
