package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.ChannelDirectory;
import dev.psyne.channel.ChannelException;
import dev.psyne.channel.ChannelStatistics;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.ParticipantLimitException;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Makes the rings of a connection to an {@code ipc:} name, and knocks. */
public final class IpcConnector {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Until some of those who knock at the same time have left. */
    private static final long CROWDED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final long connection;
    private final IpcAddress address;
    private final ChannelDirectory directory;
    private final String up;
    private final String down;
    private final IpcChannels shared;

    private IpcConnector(IpcAddress address) {
        this.connection = ThreadLocalRandom.current().nextLong();
        this.address = address;
        this.directory = ChannelDirectory.at(address.directory());
        this.up = address.upName(connection);
        this.down = address.downName(connection);
        this.shared = IpcChannels.take(address.directory());
    }

    /**
     * Knocks where a node listens.
     *
     * @throws IOException if none does, or it cannot be reached
     */
    public static RingPair connect(IpcAddress address) throws IOException, InterruptedException {
        requireNode(address);
        IpcConnector connector = new IpcConnector(address);
        boolean connected = false;
        try {
            RingPair rings = connector.open();
            connected = true;
            return rings;
        } catch (ChannelException | TimeoutException failure) {
            throw new IOException(failure.getMessage(), failure);
        } finally {
            if (!connected) {
                connector.away();
            }
        }
    }

    private static void requireNode(IpcAddress address) throws IOException {
        try {
            if (ChannelDirectory.at(address.directory())
                    .channel(address.doorName())
                    .filter(IpcConnector::hasNode)
                    .isEmpty()) {
                throw new ConnectException("nobody listens there");
            }
        } catch (ChannelException other) {
            throw new IOException(other.getMessage(), other);
        }
    }

    private static boolean hasNode(ChannelStatistics door) {
        return door.participants().stream().anyMatch(member -> !member.isSender() && member.isAlive());
    }

    private RingPair open() throws InterruptedException, TimeoutException {
        Channels channels = shared.channels();
        @Nullable Sender out = null;
        @Nullable Receiver in = null;
        boolean knocked = false;
        try {
            out = channels.sender("ipc:" + up, Knock.RING);
            in = channels.receiver("ipc:" + down, Knock.RING);
            knock(channels);
            knocked = true;
            return new RingPair(out, in, this::away);
        } finally {
            if (!knocked) {
                if (out != null) {
                    out.close();
                }
                if (in != null) {
                    in.close();
                }
            }
        }
    }

    private void knock(Channels channels) throws InterruptedException, TimeoutException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Sender door = channels.sender("ipc:" + address.doorName(), Knock.DOOR)) {
                Claim claim = door.claim(Knock.BYTES, PATIENCE);
                Knock.write(claim.segment(), connection);
                claim.commit();
                return;
            } catch (ParticipantLimitException crowded) {
                if (System.nanoTime() - giveUp > 0) {
                    throw crowded;
                }
                LockSupport.parkNanos(CROWDED_NANOS);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** Removes the names if no node has, and the node's own if it has died. */
    private void away() {
        directory.remove(up);
        directory.remove(down);
        directory.removeAbandoned(address.doorName()::equals);
        shared.giveBack();
    }
}
