package dev.psyne.channel;

/** Somebody wrote into a shared ring what no sender or receiver writes. Nothing was read through it; leave the channel. */
public final class ChannelDamagedException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public ChannelDamagedException(String uri, String field, String found) {
        super(uri + " is damaged: " + field + " " + found);
    }
}
