package dev.psyne.channel;

/** A process died that had joined this channel. What it had committed is there to be read; another may take its place. */
public final class PeerDiedException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public PeerDiedException(String uri, String who) {
        super("a " + who + " of " + uri + " died");
    }
}
