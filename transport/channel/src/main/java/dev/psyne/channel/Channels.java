package dev.psyne.channel;

import dev.psyne.channel.internal.ipc.IpcDirectory;
import dev.psyne.channel.internal.ipc.IpcTransport;
import dev.psyne.channel.internal.ring.MemoryTransport;
import dev.psyne.channel.spi.Transport;
import dev.psyne.telemetry.Meters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where senders and receivers come from, by address. Who names the same address meets at the same channel; the first one
 * makes it. Any thread may open.
 *
 * <ul>
 *   <li>{@code mem:NAME} is a ring between threads or fibers of this process, known to this object alone, and lives until
 *       its last end is closed; {@code mem:NAME/INSTANCE} is one of many that come and go and share the meters of
 *       {@code mem:NAME}.
 *   <li>{@code ipc:NAME} is a ring between processes of one user on this machine, in a file of a directory they share, by
 *       default of {@code /dev/shm}. It is removed when the last end leaves and nothing unread is in it.
 * </ul>
 *
 * Names, and instances, have 1 to 64 letters, digits, dots, underscores and hyphens.
 */
public final class Channels implements AutoCloseable {
    /** The most channels of one scheme open at a time. */
    public static final int MAX_CHANNELS = 65_536;

    private final Map<String, Transport> transports = new LinkedHashMap<>();
    private boolean closed;

    /**
     * {@code mem:} and, in the directory all processes of this user share, {@code ipc:}.
     *
     * @param meters where each {@code mem:} channel counts its messages, bytes and waits; to be closed after the channels
     */
    public Channels(Meters meters) {
        this(meters, IpcDirectory.standard());
    }

    /**
     * The same with another directory for {@code ipc:}.
     *
     * @param directory made if there is none; on a file system in memory, or the rings are written to a disk
     */
    public Channels(Meters meters, Path directory) {
        this(List.of(new MemoryTransport(meters, MAX_CHANNELS), new IpcTransport(directory, MAX_CHANNELS)));
    }

    /** Channels over those transports and no others. */
    public Channels(Collection<? extends Transport> transports) {
        for (Transport transport : transports) {
            this.transports.put(transport.scheme(), transport);
        }
    }

    /**
     * Joins the channel of that address as a sender, and makes the channel if there is none.
     *
     * @throws UnknownSchemeException if nothing carries the scheme
     * @throws UnavailableTransportException if this machine cannot carry it
     * @throws IllegalArgumentException if the address cannot be read
     * @throws ChannelMismatchException if the channel exists with other options, or is of another version or owner
     * @throws ParticipantLimitException if it has all the senders it may have
     * @throws ChannelLimitException if {@link #MAX_CHANNELS} are open
     * @throws ChannelClosedException if these channels are closed
     */
    public Sender sender(String uri, ChannelOptions options) {
        return transport(uri).sender(name(uri), options);
    }

    /** Joins the channel of that address as a receiver; otherwise as {@link #sender}. */
    public Receiver receiver(String uri, ChannelOptions options) {
        return transport(uri).receiver(name(uri), options);
    }

    private static String name(String uri) {
        return uri.substring(uri.indexOf(':') + 1);
    }

    private synchronized Transport transport(String uri) {
        if (closed) {
            throw new ChannelClosedException(uri + " cannot be opened: all channels of this object are closed");
        }
        int colon = uri.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("'" + uri + "' has no scheme; write mem:NAME or ipc:NAME");
        }
        String scheme = uri.substring(0, colon);
        Transport transport = transports.get(scheme);
        if (transport == null) {
            throw new UnknownSchemeException(
                    uri,
                    scheme,
                    transports.keySet().stream().map(known -> known + ":").toList());
        }
        return transport;
    }

    /**
     * Closes every sender and receiver; none can be opened any more.
     *
     * @throws IllegalStateException if a native call is using a message at this moment; the ends are closed, and closing
     *     again after the call gives the memory back
     */
    @Override
    public void close() {
        List<Transport> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(transports.values());
        }
        @Nullable IllegalStateException inUse = null;
        for (Transport transport : all) {
            try {
                transport.close();
            } catch (IllegalStateException failure) {
                inUse = failure;
            }
        }
        if (inUse != null) {
            throw inUse;
        }
    }
}
