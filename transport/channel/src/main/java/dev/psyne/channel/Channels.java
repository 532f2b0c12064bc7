package dev.psyne.channel;

import dev.psyne.telemetry.Meters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this process: who opens the same URI gets the same channel, until both its ends are closed. Any thread
 * may open.
 *
 * <p>{@code mem:NAME} is a ring between threads or fibers of this process; {@code mem:NAME/INSTANCE} is one of many that
 * come and go and share the meters of {@code mem:NAME}. The parts have 1 to 64 letters, digits, dots, underscores and
 * hyphens each.
 */
public final class Channels implements AutoCloseable {
    /** The most channels open at a time. */
    public static final int MAX_CHANNELS = 4096;

    private final Meters meters;
    private final int limit;
    private final Map<String, Channel> open = new HashMap<>();
    private boolean closed;

    /**
     * No channels yet.
     *
     * @param meters where each channel counts its messages, bytes and waits; to be closed after the channels
     */
    public Channels(Meters meters) {
        this(meters, MAX_CHANNELS);
    }

    Channels(Meters meters, int limit) {
        this.meters = meters;
        this.limit = limit;
    }

    /**
     * The channel of that address, made if there is none.
     *
     * @throws UnknownSchemeException if nothing carries the scheme
     * @throws IllegalArgumentException if the address cannot be read, or the channel exists with other options
     * @throws ChannelLimitException if {@link #MAX_CHANNELS} are open
     * @throws ChannelClosedException if these channels are closed
     */
    public synchronized Channel open(String uri, ChannelOptions options) {
        ChannelAddress address = ChannelAddress.parse(uri);
        if (closed) {
            throw new ChannelClosedException(uri + " cannot be opened: all channels of this process are closed");
        }
        Channel known = open.get(uri);
        if (known != null) {
            if (!known.options().equals(options)) {
                throw new IllegalArgumentException(uri + " is open with " + known.options() + "; asked for " + options);
            }
            return known;
        }
        if (open.size() == limit) {
            throw new ChannelLimitException(uri, limit);
        }
        Channel made = new Channel(address, options, meters, this::forget);
        open.put(uri, made);
        return made;
    }

    private synchronized void forget(Channel channel) {
        open.remove(channel.uri(), channel);
    }

    /**
     * Closes every channel; none can be opened any more.
     *
     * @throws IllegalStateException if a native call is using a message of one of them, see {@link Channel#close()}; the
     *     others are closed all the same
     */
    @Override
    public synchronized void close() {
        closed = true;
        @Nullable IllegalStateException inUse = null;
        for (Channel channel : List.copyOf(open.values())) {
            try {
                channel.close();
            } catch (IllegalStateException failure) {
                inUse = failure;
            }
        }
        if (inUse != null) {
            throw inUse;
        }
    }
}
