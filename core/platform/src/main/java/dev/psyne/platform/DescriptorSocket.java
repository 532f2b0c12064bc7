package dev.psyne.platform;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A connection to another process of this user over which open files are passed (unix(7), SCM_RIGHTS): the other side gets a
 * descriptor of its own for the same file. Linux only. Any thread may use it, one at a time; a close wakes one that
 * waits with an IOException.
 *
 * <pre>
 * msghdr   0 name 8 its length 16 parts 24 count of parts 32 control 40 its length 48 flags
 * cmsghdr  0 length 8 level 12 type 16 descriptor
 * </pre>
 */
public final class DescriptorSocket implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final long MESSAGE_BYTES = 56;
    private static final long CONTROL_BYTES = 24;
    /** One descriptor, without the padding behind it, which would hold another. */
    private static final long CONTROL_USED = 20;

    private static final byte PASSED = 1;

    private final UnixSocket socket;

    DescriptorSocket(UnixSocket socket) {
        this.socket = socket;
    }

    /**
     * Connects to a {@link DescriptorListener}.
     *
     * @throws IOException if none listens at the path, it is a process of another user, or this is not Linux
     */
    public static DescriptorSocket connect(Path path) throws IOException {
        UnixSocket socket = UnixSocket.open(path);
        try {
            socket.at(SystemCall.CONNECT, path);
            return new DescriptorSocket(socket.ofThisUser());
        } catch (Throwable refused) {
            socket.close();
            throw refused;
        }
    }

    /**
     * Passes an open file, which both sides then have.
     *
     * @throws IOException if the other side is gone
     * @throws IllegalArgumentException if the file was opened by the JDK and has no descriptor to pass
     */
    public void send(MappableFile file) throws IOException {
        if (!(file instanceof LinuxFile linux)) {
            throw new IllegalArgumentException("the file has no descriptor to pass; open it on Linux");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            control.set(ValueLayout.JAVA_LONG, 0, CONTROL_USED);
            control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
            control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
            control.set(ValueLayout.JAVA_INT, 16, linux.descriptor());
            MemorySegment message = message(arena, control);
            socket.checked(
                    "sending",
                    () -> socket.calls.call(SystemCall.SENDMSG, socket.descriptor(), message.address(), MSG_NOSIGNAL));
        }
    }

    /**
     * The next file that the other side passes; the caller closes it. The calling thread is blocked meanwhile, a virtual one with
     * its carrier.
     *
     * @throws java.net.SocketTimeoutException if none comes in time
     * @throws EOFException if the other side has closed
     * @throws IOException if something else than one descriptor came, or the socket is closed
     */
    public MappableFile receive(Duration timeout) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            MemorySegment message = message(arena, control);
            long got = socket.whenReadable(
                    "receiving",
                    timeout,
                    () -> socket.calls.call(
                            SystemCall.RECVMSG,
                            socket.descriptor(),
                            message.address(),
                            MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
            if (got == 0) {
                throw new EOFException("the other side of " + socket.name() + " has closed");
            }
            if (message.get(ValueLayout.JAVA_LONG, 40) < CONTROL_USED
                    || control.get(ValueLayout.JAVA_INT, 8) != SOL_SOCKET
                    || control.get(ValueLayout.JAVA_INT, 12) != SCM_RIGHTS) {
                throw new IOException("a message without a descriptor came from " + socket.name()
                        + "; what connects there must pass files");
            }
            int passed = control.get(ValueLayout.JAVA_INT, 16);
            return new LinuxFile(socket.calls, passed, "descriptor " + passed + " from " + socket.name());
        }
    }

    /** A message of one byte, since one of none would look like the end. */
    private static MemorySegment message(Arena arena, MemorySegment control) {
        MemorySegment content = arena.allocate(1);
        content.set(ValueLayout.JAVA_BYTE, 0, PASSED);
        MemorySegment part = arena.allocateFrom(ValueLayout.JAVA_LONG, content.address(), 1);
        MemorySegment message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
        message.set(ValueLayout.JAVA_LONG, 16, part.address());
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.JAVA_LONG, 32, control.address());
        message.set(ValueLayout.JAVA_LONG, 40, CONTROL_USED);
        return message;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
