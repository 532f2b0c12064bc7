package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.ChannelDirectory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * {@code ipc:name?wait=spin&directory=/path}: a node of this user on this machine.
 *
 * @param name by which node and clients meet
 * @param directory of the channels in which they do
 * @param spins whether who waits looks all the time, on a core of its own; if not, it sleeps after a while
 */
public record IpcAddress(String name, Path directory, boolean spins) {
    private static final String SCHEME = "ipc:";

    /** As long as the names of a connection's channels leave it. */
    private static final int MAX_NAME = 38;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0," + (MAX_NAME - 1) + "}");
    private static final String WAIT = "wait=";
    private static final String SPIN = "spin";
    private static final String PARK = "park";
    private static final String DIRECTORY = "directory=";

    /** Whether an address is meant to be one of these. */
    public static boolean isOne(String address) {
        return address.startsWith(SCHEME);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static IpcAddress parse(String address) {
        String rest = address.substring(isOne(address) ? SCHEME.length() : 0);
        int query = rest.indexOf('?');
        String name = query < 0 ? rest : rest.substring(0, query);
        if (!isOne(address) || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("an address is ipc:name with 1 to " + MAX_NAME
                    + " letters, digits, dots, underscores and hyphens, not '" + address + "'");
        }
        Path directory = ChannelDirectory.standard().path();
        boolean spins = false;
        for (String parameter :
                query < 0 ? new String[0] : rest.substring(query + 1).split("&", -1)) {
            if (parameter.startsWith(DIRECTORY)) {
                directory = directory(address, parameter.substring(DIRECTORY.length()));
            } else {
                spins = spins(address, parameter);
            }
        }
        return new IpcAddress(name, directory, spins);
    }

    private static boolean spins(String address, String parameter) {
        return switch (parameter) {
            case WAIT + SPIN -> true;
            case WAIT + PARK -> false;
            default ->
                throw new IllegalArgumentException("'" + parameter + "' in " + address
                        + " is no parameter; there are wait=spin, wait=park and directory=/path");
        };
    }

    private static Path directory(String address, String encoded) {
        try {
            Path path = Path.of(URLDecoder.decode(encoded, StandardCharsets.UTF_8));
            if (path.isAbsolute()) {
                return path;
            }
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("the directory in " + address + " is no path", unreadable);
        }
        throw new IllegalArgumentException("the directory in " + address + " is not absolute");
    }

    /** The channel in which clients knock. */
    String doorName() {
        return name + ".rpc";
    }

    /** The channel from the client of a connection to the node. */
    String upName(long connection) {
        return connectionName(connection) + ".up";
    }

    /** The channel from the node to the client of a connection. */
    String downName(long connection) {
        return connectionName(connection) + ".down";
    }

    /** Whether a channel is one of a connection's at this name. */
    boolean isOfConnection(String channel) {
        return channel.startsWith(doorName() + "-");
    }

    private String connectionName(long connection) {
        return doorName() + "-" + String.format("%016x", connection);
    }

    @Override
    public String toString() {
        return SCHEME + name;
    }
}
