package dev.psyne.channel;

/**
 * A message is not of the format it is read as. The channel itself is whole: the message counts as read and the next one can
 * be received; it is its sender that speaks otherwise, or writes nonsense. That is the difference to
 * {@link ChannelDamagedException}, after which nothing of the channel can be trusted.
 */
public final class MessageFormatException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /**
     * Made by what reads messages.
     *
     * @param format what the message was read as
     * @param field what is wrong in it
     * @param found what was found there and what may be
     */
    public MessageFormatException(String format, String field, String found) {
        super("no " + format + ": " + field + " " + found);
    }
}
