package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.Channels;
import dev.psyne.telemetry.Meters;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The channels of this process in a directory, which its nodes and clients share, so that it is one participant there. */
final class IpcChannels {
    private static final Map<Path, IpcChannels> OPEN = new HashMap<>();

    private final Path directory;
    private final Meters meters = Meters.create(1);
    private final Channels channels;
    private int users;

    private IpcChannels(Path directory) {
        this.directory = directory;
        this.channels = new Channels(meters, directory);
    }

    /** Those of a directory, to be {@linkplain #giveBack given back}. */
    static IpcChannels take(Path directory) {
        synchronized (OPEN) {
            IpcChannels taken = OPEN.computeIfAbsent(directory, IpcChannels::new);
            taken.users++;
            return taken;
        }
    }

    Channels channels() {
        return channels;
    }

    /** The last who does so ends the process's part in the directory. */
    void giveBack() {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.remove(directory);
                channels.close();
                meters.close();
            }
        }
    }
}
