package dev.psyne.bench.channel;

import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Sender;
import dev.psyne.telemetry.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Two file systems in memory that differ in one thing: {@code huge} gives huge pages to who asks for them, {@code ordinary}
 * never does. Mounted for a run, which takes root, and unmounted when closed.
 */
final class HugeMounts implements AutoCloseable {
    private static final String SIZE = ",size=512m";
    private static final long RING_BYTES = 64L << 20;
    private static final int MESSAGE_BYTES = 1 << 20;

    private final Path folder;
    private boolean isMounted;

    private HugeMounts(Path folder) {
        this.folder = folder;
    }

    /** Mounts both, or says why not. */
    static HugeMounts mount(Consumer<String> notes) throws IOException, InterruptedException {
        HugeMounts mounts = new HugeMounts(Files.createTempDirectory("psyne-mounts-"));
        Files.createDirectory(mounts.huge());
        Files.createDirectory(mounts.ordinary());
        mounts.isMounted = isRun("mount", "-t", "tmpfs", "-o", "huge=advise" + SIZE, "none", mounts.huge())
                && isRun("mount", "-t", "tmpfs", "-o", "huge=never" + SIZE, "none", mounts.ordinary());
        if (!mounts.isMounted) {
            notes.accept("left out, huge pages: no tmpfs with huge=advise could be mounted; run as root");
        } else if (hugeBytes(mounts.huge()) == 0) {
            notes.accept("left out, huge pages: a ring of 64 MiB on a tmpfs with huge=advise was given none");
            mounts.unmount();
        } else if (hugeBytes(mounts.ordinary()) != 0) {
            notes.accept("left out, huge pages: a ring on a tmpfs without huge=advise was given some");
            mounts.unmount();
        }
        return mounts;
    }

    /** Whether the two are there and rings get what they should. */
    boolean areThere() {
        return isMounted;
    }

    Path huge() {
        return folder.resolve("huge");
    }

    Path ordinary() {
        return folder.resolve("ordinary");
    }

    /** Bytes of huge pages that a ring of ours is mapped with in that folder. */
    private static long hugeBytes(Path folder) throws IOException, InterruptedException {
        try (SharedFolder own = SharedFolder.createIn(folder);
                Meters meters = Meters.create();
                Channels channels = new Channels(meters, own.path())) {
            ChannelOptions options = ChannelOptions.standard().withCapacityBytes(RING_BYTES);
            channels.receiver("ipc:pages", options);
            Sender sender = channels.sender("ipc:pages", options);
            for (long sent = 0; sent < RING_BYTES / 2; sent += MESSAGE_BYTES) {
                Claim claim = sender.claim(MESSAGE_BYTES);
                claim.segment().fill((byte) 1);
                claim.commit();
            }
            return hugeBytes(Files.readString(Path.of("/proc/self/smaps")), own.path());
        }
    }

    /** Adds up what smaps (proc_pid_smaps(5)) says of mappings of files below that path. */
    static long hugeBytes(String smaps, Path below) {
        long kibibytes = 0;
        boolean isBelow = false;
        for (String line : smaps.lines().toList()) {
            String[] words = line.split(" +", -1);
            if (words[0].indexOf('-') > 0) {
                isBelow = line.contains(below + "/");
            } else if (isBelow && words[0].equals("ShmemPmdMapped:")) {
                kibibytes += Long.parseLong(words[1]);
            }
        }
        return kibibytes << 10;
    }

    private static boolean isRun(Object... words) throws IOException, InterruptedException {
        String[] command = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].toString();
        }
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void unmount() throws IOException, InterruptedException {
        isMounted = false;
        isRun("umount", huge());
        isRun("umount", ordinary());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        unmount();
        Files.delete(huge());
        Files.delete(ordinary());
        Files.delete(folder);
    }
}
