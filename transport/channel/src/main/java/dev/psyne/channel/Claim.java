package dev.psyne.channel;

import java.lang.foreign.MemorySegment;

/**
 * Space in a ring in which one message is being written. No receiver sees anything of it before {@link #commit()}.
 *
 * <p>A sender has one claim object and hands it out again for the next message: it must not be kept after commit or abort.
 */
public interface Claim {
    /**
     * Where to write: exactly the bytes claimed, aligned to 8 bytes, holding what was last there. Not to be written after
     * commit or abort, when it is another message's.
     *
     * @throws IllegalStateException if the claim is committed or aborted
     */
    MemorySegment segment();

    /**
     * Sends the message. If no receiver is left nobody will read it, which the next claim says.
     *
     * @throws IllegalStateException if the claim is committed or aborted
     * @throws ChannelClosedException if the sender has been closed meanwhile; the message is not sent
     */
    void commit();

    /**
     * Gives the space back unsent.
     *
     * @throws IllegalStateException if the claim is committed or aborted
     */
    void abort();
}
