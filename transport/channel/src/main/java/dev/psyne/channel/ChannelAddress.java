package dev.psyne.channel;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A parsed {@code mem:NAME} or {@code mem:NAME/INSTANCE}.
 *
 * @param uri the whole of it
 * @param meterName the part that names its meters: all up to the first slash, so that instances share theirs
 */
record ChannelAddress(String uri, String meterName) {
    private static final String MEMORY_SCHEME = "mem";
    private static final List<String> SCHEMES = List.of(MEMORY_SCHEME + ":");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64})?");

    /**
     * Parses.
     *
     * @throws UnknownSchemeException if the scheme is another
     * @throws IllegalArgumentException if there is none, or the name is not allowed
     */
    static ChannelAddress parse(String uri) {
        int colon = uri.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("'" + uri + "' has no scheme; write mem:NAME");
        }
        String scheme = uri.substring(0, colon);
        if (!scheme.equals(MEMORY_SCHEME)) {
            throw new UnknownSchemeException(uri, scheme, SCHEMES);
        }
        String name = uri.substring(colon + 1);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no channel name; it must match " + NAME);
        }
        int slash = uri.indexOf('/');
        return new ChannelAddress(uri, slash < 0 ? uri : uri.substring(0, slash));
    }
}
