package dev.psyne.channel;

import dev.psyne.memory.Region;

/** Which ends of a ring are closed, where each waits for the other, and the ring's memory, which goes with the last end. */
final class RingEnds {
    private final String uri;
    private final Region region;
    private final Runnable onClosed;
    private final WaitPoint space = new WaitPoint();
    private final WaitPoint messages = new WaitPoint();
    private volatile boolean senderClosed;
    private volatile boolean receiverClosed;

    RingEnds(String uri, Region region, Runnable onClosed) {
        this.uri = uri;
        this.region = region;
        this.onClosed = onClosed;
    }

    /** Where the sender waits for space. */
    WaitPoint space() {
        return space;
    }

    /** Where the receiver waits for messages. */
    WaitPoint messages() {
        return messages;
    }

    boolean isSenderClosed() {
        return senderClosed;
    }

    boolean isReceiverClosed() {
        return receiverClosed;
    }

    boolean isAnyClosed() {
        return senderClosed || receiverClosed;
    }

    void checkSending() {
        if (isAnyClosed()) {
            throw new ChannelClosedException(
                    "the " + (senderClosed ? "sender" : "receiver") + " of " + uri + " is closed");
        }
    }

    void checkReceiving() {
        if (receiverClosed) {
            throw new ChannelClosedException("the receiver of " + uri + " is closed");
        }
    }

    void closeSender() {
        senderClosed = true;
        closed();
    }

    void closeReceiver() {
        receiverClosed = true;
        closed();
    }

    /** Closes both, the receiver first: it must not take the close of the sender for the end of the stream. */
    void closeBoth() {
        receiverClosed = true;
        senderClosed = true;
        closed();
    }

    private void closed() {
        space.signal();
        messages.signal();
        if (senderClosed && receiverClosed) {
            onClosed.run();
            region.close();
        }
    }

    /** What an access to the ring failed of: the memory went while the access was under way, or something else. */
    RuntimeException closedOr(IllegalStateException failure) {
        return region.isOpen() ? failure : new ChannelClosedException(uri + " was closed meanwhile", failure);
    }
}
