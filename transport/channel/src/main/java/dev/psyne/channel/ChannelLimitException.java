package dev.psyne.channel;

/** More channels than {@link Channels#MAX_CHANNELS} would be open; close some that are done. */
public final class ChannelLimitException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public ChannelLimitException(String uri, int limit) {
        super(uri + " would be one channel more than the " + limit + " that may be open");
    }
}
