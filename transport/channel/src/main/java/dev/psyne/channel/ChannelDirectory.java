package dev.psyne.channel;

import dev.psyne.channel.internal.ipc.IpcDirectory;
import dev.psyne.channel.internal.ipc.RingInspection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The directory in which the {@code ipc:} channels of a user are, seen from outside: what there is, and how it stands.
 * Nothing here takes part in a channel, waits for one, or wakes anybody. Any thread may ask.
 */
public final class ChannelDirectory {
    private final Path path;

    private ChannelDirectory(Path path) {
        this.path = path;
    }

    /** The directory that all processes of this user share unless told otherwise. */
    public static ChannelDirectory standard() {
        return at(IpcDirectory.standard());
    }

    /** A directory given to {@link Channels}; it need not exist yet. */
    public static ChannelDirectory at(Path path) {
        return new ChannelDirectory(path);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Makes the directory if there is none.
     *
     * @throws UncheckedIOException if it cannot be made, or others than this user may enter it
     */
    public ChannelDirectory prepared() {
        try {
            IpcDirectory.open(path);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * The channels there are now, by name; none if there is no directory.
     *
     * @throws ChannelMismatchException if a file that is named like a channel is none of this version
     */
    public List<ChannelStatistics> channels() {
        return RingInspection.all(IpcDirectory.existing(path));
    }
}
