package dev.psyne.channel;

/** A channel of that name exists and is not what was asked for: another version, owner, size or topology. */
public final class ChannelMismatchException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public ChannelMismatchException(String uri, String field, Object found, Object wanted) {
        super(uri + " exists with " + field + " " + found + "; asked for " + wanted);
    }
}
