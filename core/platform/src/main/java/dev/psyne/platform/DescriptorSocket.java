package dev.psyne.platform;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MAX_CONTENT_BYTES = 4096;
    private static final long MESSAGE_BYTES = 56;
    private static final long CONTROL_AT = 32;
    private static final long CONTROL_LENGTH_AT = 40;
    private static final long FLAGS_AT = 48;
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
     * What came in one message.
     *
     * @param bytes of the content
     * @param file that was passed with it, which is the receiver's to close
     */
    public record Packet(int bytes, @Nullable MappableFile file) {}

    /**
     * Passes an open file, which both sides then have.
     *
     * @throws IOException if the other side is gone
     * @throws IllegalArgumentException if the file was opened by the JDK and has no descriptor to pass
     */
    public void send(MappableFile file) throws IOException {
        // One byte, since a message of none would look like the end.
        send(MemorySegment.ofArray(new byte[] {PASSED}), file);
    }

    /**
     * Sends a message, and passes an open file with it if one is given; otherwise as {@link #send(MappableFile)}.
     *
     * @param content 1 to {@value #MAX_CONTENT_BYTES} bytes
     */
    public void send(MemorySegment content, @Nullable MappableFile file) throws IOException {
        if (content.byteSize() < 1 || content.byteSize() > MAX_CONTENT_BYTES) {
            throw new IllegalArgumentException(
                    "a message of " + content.byteSize() + " bytes; it may have 1 to " + MAX_CONTENT_BYTES);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(content.byteSize()).copyFrom(content);
            MemorySegment message = message(arena, copy);
            if (file != null) {
                message.set(
                        ValueLayout.JAVA_LONG, CONTROL_AT, control(arena, file).address());
                message.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH_AT, CONTROL_USED);
            }
            socket.checked(
                    "sending",
                    () -> socket.calls.call(SystemCall.SENDMSG, socket.descriptor(), message.address(), MSG_NOSIGNAL));
        }
    }

    private static MemorySegment control(Arena arena, MappableFile file) {
        if (!(file instanceof LinuxFile linux)) {
            throw new IllegalArgumentException("the file has no descriptor to pass; open it on Linux");
        }
        MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        control.set(ValueLayout.JAVA_LONG, 0, CONTROL_USED);
        control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
        control.set(ValueLayout.JAVA_INT, 16, linux.descriptor());
        return control;
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
        MappableFile file = receive(MemorySegment.ofArray(new byte[1]), timeout).file();
        if (file == null) {
            throw new IOException("a message without a descriptor came from " + socket.name()
                    + "; what connects there must pass files");
        }
        return file;
    }

    /**
     * The next message, with the file that the other side passes with it if there is one; otherwise as {@link
     * #receive(Duration)}.
     *
     * @param content is filled from its beginning
     * @throws IOException if the message is longer than {@code content}, or passes more than a file
     */
    public Packet receive(MemorySegment content, Duration timeout) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(content.byteSize());
            MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
            MemorySegment message = message(arena, buffer);
            message.set(ValueLayout.JAVA_LONG, CONTROL_AT, control.address());
            message.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH_AT, CONTROL_USED);
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
            MappableFile file = passed(message, control);
            if ((message.get(ValueLayout.JAVA_INT, FLAGS_AT) & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
                if (file != null) {
                    file.close();
                }
                throw new IOException("a message of more than " + content.byteSize()
                        + " bytes and one descriptor came from " + socket.name());
            }
            MemorySegment.copy(buffer, 0, content, 0, got);
            return new Packet((int) got, file);
        }
    }

    private @Nullable MappableFile passed(MemorySegment message, MemorySegment control) {
        if (message.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH_AT) < CONTROL_USED
                || control.get(ValueLayout.JAVA_INT, 8) != SOL_SOCKET
                || control.get(ValueLayout.JAVA_INT, 12) != SCM_RIGHTS) {
            return null;
        }
        int passed = control.get(ValueLayout.JAVA_INT, 16);
        return new LinuxFile(socket.calls, passed, "descriptor " + passed + " from " + socket.name());
    }

    private static MemorySegment message(Arena arena, MemorySegment content) {
        MemorySegment part = arena.allocateFrom(ValueLayout.JAVA_LONG, content.address(), content.byteSize());
        MemorySegment message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
        message.set(ValueLayout.JAVA_LONG, 16, part.address());
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        return message;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
