package dev.psyne.channel;

import java.lang.foreign.MemorySegment;

/**
 * Space in a ring in which one message is being written. The receiver sees nothing of it before {@link #commit()}.
 *
 * <p>A sender has one claim object and hands it out again for the next message: it must not be kept after commit or abort.
 */
public final class Claim {
    private final RingWriter writer;
    private final RingEnds ends;

    Claim(RingWriter writer, RingEnds ends) {
        this.writer = writer;
        this.ends = ends;
    }

    /**
     * Where to write: exactly the bytes claimed, aligned to 8 bytes, holding what was last there. Not to be written after
     * commit or abort, when it is another message's.
     *
     * @throws IllegalStateException if the claim is committed or aborted
     */
    public MemorySegment segment() {
        checkOpen();
        return writer.claimed();
    }

    /**
     * Sends the message. If the receiver is closed nobody will read it, which the next claim says.
     *
     * @throws IllegalStateException if the claim is committed or aborted
     * @throws ChannelClosedException if the sender has been closed meanwhile; the message is not sent
     */
    public void commit() {
        checkOpen();
        if (ends.isSenderClosed()) {
            writer.abort();
            ends.checkSending();
        }
        try {
            writer.commit();
        } catch (IllegalStateException gone) {
            writer.abort();
            throw ends.closedOr(gone);
        }
        ends.messages().signal();
    }

    /**
     * Gives the space back unsent.
     *
     * @throws IllegalStateException if the claim is committed or aborted
     */
    public void abort() {
        checkOpen();
        writer.abort();
    }

    private void checkOpen() {
        if (!writer.isClaimed()) {
            throw new IllegalStateException("the claim is committed or aborted");
        }
    }
}
