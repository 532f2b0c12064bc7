package dev.psyne.channel;

import dev.psyne.channel.internal.ring.DroppedClaim;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A replier's ends of the rings of replies, one for each requester that has asked. A requester that left leaves its ring to
 * the next one of its number; the rings of those that died are dropped.
 */
final class ReplyRings {
    private static final MessageHandler IGNORE = _ -> {};

    private final RequestChannels channels;
    private final Duration patience;
    private final @Nullable Sender[] senders;
    private final DroppedClaim nowhere = new DroppedClaim();
    private long lost;
    private boolean closed;

    ReplyRings(RequestChannels channels, Duration patience) {
        this.channels = channels;
        this.patience = patience;
        this.senders = new Sender[channels.most()];
    }

    int most() {
        return senders.length;
    }

    long lost() {
        return lost;
    }

    Claim claim(int number, int bytes) throws InterruptedException {
        try {
            return sender(number).claim(bytes, patience);
        } catch (ChannelClosedException | TimeoutException gone) {
            lost++;
            return nowhere.open(bytes);
        } catch (PeerDiedException died) {
            dropIfDead(number);
            lost++;
            return nowhere.open(bytes);
        }
    }

    private synchronized Sender sender(int number) {
        Sender sender = senders[number];
        if (sender == null) {
            if (closed) {
                throw new ChannelClosedException("the replier of " + channels.uri() + " is closed");
            }
            sender = channels.replySender(number);
            senders[number] = sender;
        }
        return sender;
    }

    /** Drops the rings whose requesters are not there any more. */
    void dropDead() {
        for (int number = 0; number < senders.length; number++) {
            dropIfDead(number);
        }
    }

    /** Who can take the receiver's place finds out that it is free; what is unread there nobody will read. */
    private synchronized void dropIfDead(int number) {
        Sender sender = senders[number];
        if (sender == null) {
            return;
        }
        try (Receiver heir = channels.replyReceiver(number)) {
            heir.poll(IGNORE, Integer.MAX_VALUE);
            sender.close();
            senders[number] = null;
        } catch (ParticipantLimitException alive) {
            // Then its ring stays.
        }
    }

    synchronized void close() {
        closed = true;
        for (Sender sender : senders) {
            if (sender != null) {
                sender.close();
            }
        }
    }
}
