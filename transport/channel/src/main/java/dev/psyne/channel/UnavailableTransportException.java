package dev.psyne.channel;

/** The scheme is known but cannot work on this machine; the message says why and what would change that. */
public final class UnavailableTransportException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public UnavailableTransportException(String uri, String reason, String cure) {
        super(uri + " cannot be opened: " + reason + "; " + cure);
    }
}
