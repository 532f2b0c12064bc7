package dev.psyne.channel;

/** As many senders or receivers as the channel may have are there, and alive. */
public final class ParticipantLimitException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public ParticipantLimitException(String uri, int limit, String who, String holder) {
        super(uri + " has its " + limit + " " + who + "(s) already, the first in process " + holder);
    }
}
