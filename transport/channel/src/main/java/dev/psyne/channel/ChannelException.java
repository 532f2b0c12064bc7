package dev.psyne.channel;

import org.jspecify.annotations.Nullable;

/** What goes wrong with a channel and its user can act upon. */
public abstract sealed class ChannelException extends RuntimeException
        permits ChannelClosedException,
                ChannelDamagedException,
                ChannelFullException,
                ChannelLimitException,
                ChannelMismatchException,
                MessageFormatException,
                ParticipantLimitException,
                PeerDiedException,
                RequestFailedException,
                UnavailableTransportException,
                UnknownSchemeException {
    private static final long serialVersionUID = 1L;

    ChannelException(String message) {
        super(message);
    }

    /** Without stack trace and suppression, for an exception that is made once and thrown often. */
    ChannelException(String message, @Nullable Throwable cause, boolean withStackTrace) {
        super(message, cause, withStackTrace, withStackTrace);
    }
}
