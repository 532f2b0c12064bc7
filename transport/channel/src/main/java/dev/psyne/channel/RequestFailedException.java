package dev.psyne.channel;

/** The replier's handler threw, or returned without a reply; the message says what the replier said. */
public final class RequestFailedException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by a requester. */
    RequestFailedException(String uri, String reason) {
        super("a request to " + uri + " failed: " + reason);
    }
}
