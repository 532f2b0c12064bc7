package dev.psyne.channel.spi;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;

/**
 * What carries the channels of one URI scheme. An implementation is given to {@link dev.psyne.channel.Channels} and called
 * by it with names it has split off their scheme; any thread may call.
 *
 * <p>What {@link Sender} and {@link Receiver} say is all that users and patterns rely on, and so all that a transport
 * promises: claims that are written in place, in its own buffers if it has no shared memory; messages whole and in order, at
 * addresses that are a multiple of 8; the policy when there is no room for more, credit from the other side being the room;
 * waits that end at deadlines, interrupts and closes and give a virtual thread's carrier away; the end after a clean leave,
 * and {@link dev.psyne.channel.PeerDiedException} once for each peer that is gone without one. A topology it cannot carry it
 * refuses with {@link dev.psyne.channel.UnavailableTransportException}.
 *
 * <pre>
 *   pattern          channels it opens, by suffix to the name                     topology
 *   Pair             .a to the listener, .b to the dialer                         ONE_TO_ONE
 *   Pipeline         none                                                         MANY_TO_MANY or ONE_TO_MANY
 *   Publisher        none                                                         BROADCAST
 *   Requester        .requests                                                    MANY_TO_ONE
 *                    .reply-N, N from 0, to the requester of that number          ONE_TO_ONE
 *                    .replier, never written: its end and deaths are the news     BROADCAST
 * </pre>
 *
 * A suffix belongs to what stands behind the name's last slash, or to the whole name if it has none; of channels that differ
 * in it alone, a transport over connections may carry all over one. A pattern finds that a place is taken, or free, by
 * {@link dev.psyne.channel.ParticipantLimitException}.
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
