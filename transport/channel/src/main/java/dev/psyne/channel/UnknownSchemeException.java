package dev.psyne.channel;

import java.util.Collection;

/** Nothing carries that scheme here; the message names the schemes that exist. */
public final class UnknownSchemeException extends ChannelException {
    private static final long serialVersionUID = 1L;

    /** Made by channels and transports. */
    public UnknownSchemeException(String uri, String scheme, Collection<String> known) {
        super("nothing carries '" + scheme + ":' of '" + uri + "'; there is " + String.join(", ", known));
    }
}
