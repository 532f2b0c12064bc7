package dev.psyne.channel;

/**
 * The ring has no room for the claim now. It carries no stack trace, and a sender throws the same one each time: a full
 * ring is an answer, not a fault.
 */
public final class ChannelFullException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public ChannelFullException(String uri) {
        super(uri + " is full", null, false);
    }
}
