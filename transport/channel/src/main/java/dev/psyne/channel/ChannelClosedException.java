package dev.psyne.channel;

import org.jspecify.annotations.Nullable;

/** This end is closed, or the other end is and what was asked for can no longer happen. */
public final class ChannelClosedException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public ChannelClosedException(String message) {
        super(message);
    }

    /** Made by channels and transports. */
    public ChannelClosedException(String message, @Nullable Throwable cause) {
        super(message, cause, true);
    }
}
