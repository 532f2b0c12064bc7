package dev.psyne.channel.spi;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;

/**
 * What carries the channels of one URI scheme. An implementation is given to {@link dev.psyne.channel.Channels} and called
 * by it with names it has split off their scheme; any thread may call.
 */
public interface Transport extends AutoCloseable {
    /** The scheme, without its colon. */
    String scheme();

    /**
     * Joins a channel as a sender, and makes the channel if there is none.
     *
     * @param name what stands behind the scheme
     * @param options what the channel is made as, or must have been made as
     * @throws IllegalArgumentException if the name cannot be one
     * @throws dev.psyne.channel.ChannelMismatchException if it exists and was made otherwise
     * @throws dev.psyne.channel.ParticipantLimitException if it has all its senders
     * @throws dev.psyne.channel.ChannelLimitException if too many channels are open
     * @throws dev.psyne.channel.UnavailableTransportException if this machine cannot carry it
     */
    Sender sender(String name, ChannelOptions options);

    /** Joins a channel as a receiver; otherwise as {@link #sender}. */
    Receiver receiver(String name, ChannelOptions options);

    /** Closes every sender and receiver it has given. */
    @Override
    void close();
}
