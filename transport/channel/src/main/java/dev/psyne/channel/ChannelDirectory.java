package dev.psyne.channel;

import dev.psyne.channel.internal.ipc.IpcDirectory;
import dev.psyne.channel.internal.ipc.RingInspection;
import dev.psyne.channel.internal.ring.ChannelName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

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

    /**
     * One channel, if there is one of that name now.
     *
     * @throws ChannelMismatchException if its file is none of this version
     */
    public Optional<ChannelStatistics> channel(String name) {
        ChannelName.check(name);
        return RingInspection.one(IpcDirectory.existing(path), name);
    }

    /**
     * Takes a channel's name away: nobody can join it any more, and one of that name would be another. Those who take part
     * go on, and its memory goes with the last of them, however that one ends.
     *
     * @return whether there was one
     */
    public boolean remove(String name) {
        ChannelName.check(name);
        return RingInspection.remove(IpcDirectory.existing(path), name);
    }

    /**
     * Removes what nobody living takes part in, read or not. A crash of all who took part leaves such channels behind.
     *
     * @param names which of the channels to look at
     * @return the names of those that were removed
     */
    public List<String> removeAbandoned(Predicate<String> names) {
        return RingInspection.removeAbandoned(IpcDirectory.existing(path), names);
    }
}
