package dev.psyne.channel;

import dev.psyne.memory.Region;
import dev.psyne.telemetry.Meters;
import java.util.function.Consumer;

/**
 * An addressed pair of a {@link Sender} and a {@link Receiver} over one ring in a region of its own. Messages arrive whole,
 * once and in order. The memory goes back when both ends are closed.
 */
public final class Channel implements AutoCloseable {
    private final ChannelAddress address;
    private final ChannelOptions options;
    private final RingEnds ends;
    private final Sender sender;
    private final Receiver receiver;

    Channel(ChannelAddress address, ChannelOptions options, Meters meters, Consumer<Channel> onClosed) {
        this.address = address;
        this.options = options;
        long capacity = options.capacityBytes();
        ChannelMeters figures = ChannelMeters.of(meters, address.meterName());
        Region region = Region.anonymous(RingLayout.regionBytes(capacity), RingLayout.ALIGNMENT);
        RingLayout.writeHeader(region.segment(), capacity);
        this.ends = new RingEnds(address.uri(), region, () -> onClosed.accept(this));
        this.sender = new Sender(
                new RingWriter(region.segment(), capacity),
                ends,
                options,
                figures.senderWaits(),
                new ChannelFullException(address.uri()));
        this.receiver = new Receiver(new RingReader(region.segment(), capacity), ends, figures);
    }

    /** The end that writes; always the same. */
    public Sender sender() {
        return sender;
    }

    /** The end that reads; always the same. */
    public Receiver receiver() {
        return receiver;
    }

    /** The address it was opened with. */
    public String uri() {
        return address.uri();
    }

    ChannelOptions options() {
        return options;
    }

    /**
     * Closes both ends, from any thread; a second close does nothing. Who is waiting or reading on another thread gets an
     * exception at its next access to the ring.
     *
     * @throws IllegalStateException if a native call is using a message at this moment; the ends are closed, and closing
     *     again after the call gives the memory back
     */
    @Override
    public void close() {
        ends.closeBoth();
    }
}
