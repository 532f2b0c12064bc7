package dev.psyne.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * Where other processes of this user connect to pass open files ({@link DescriptorSocket}). Linux only. Any thread may
 * use it; one at a time waits, and a close wakes it with an IOException.
 */
public final class DescriptorListener implements AutoCloseable {
    private static final int MOST_WAITING = 64;

    private final UnixSocket socket;
    private final Path path;

    private DescriptorListener(UnixSocket socket, Path path) {
        this.socket = socket;
        this.path = path;
    }

    /**
     * Listens at a path, which this user alone may connect to.
     *
     * @param path of a socket that is not there yet, at most 107 bytes
     * @throws IOException if there is something at the path, or this is not Linux
     */
    public static DescriptorListener listen(Path path) throws IOException {
        UnixSocket socket = UnixSocket.open(path);
        try {
            socket.at(SystemCall.BIND, path);
            // Nobody can connect before listen, so that there is no moment in which others could.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            socket.checked("listen", () -> socket.calls.call(SystemCall.LISTEN, socket.descriptor(), MOST_WAITING));
            return new DescriptorListener(socket, path);
        } catch (Throwable refused) {
            socket.close();
            throw refused;
        }
    }

    /**
     * The next that connects. The calling thread is blocked meanwhile, a virtual one with its carrier.
     *
     * @throws java.net.SocketTimeoutException if nobody does in time
     * @throws IOException if it is a process of another user, or the listener is closed
     */
    public DescriptorSocket accept(Duration timeout) throws IOException {
        int cloexec = 0x80000;
        long accepted = socket.whenReadable(
                "accepting", timeout, () -> socket.calls.call(SystemCall.ACCEPT4, socket.descriptor(), 0, 0, cloexec));
        return new DescriptorSocket(new UnixSocket(socket.calls, (int) accepted, path.toString()).ofThisUser());
    }

    /** Ends listening and removes the path. */
    @Override
    public void close() throws IOException {
        // Only once: after that the path may be another's.
        if (socket.tryClose()) {
            Files.deleteIfExists(path);
        }
    }
}
