package dev.psyne.platform;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** A Unix socket of sequenced packets (unix(7)), by its descriptor. A close wakes whoever waits in it. */
final class UnixSocket implements AutoCloseable {
    static final int SHUT_RDWR = 2;
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET_CLOEXEC = 5 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int POLLIN = 1;
    private static final int ADDRESS_BYTES = 110;
    private static final int FAMILY_BYTES = 2;
    private static final long KERNEL_SIGNAL_BYTES = 8;
    private static final long CREDENTIAL_BYTES = 12;
    private static final long CREDENTIAL_USER = 4;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    final LinuxCalls calls;
    private final int descriptor;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean isClosed;

    UnixSocket(LinuxCalls calls, int descriptor, String name) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.name = name;
    }

    static UnixSocket open(Path path) throws IOException {
        LinuxCalls calls = LinuxFile.requireLinux("sockets that pass descriptors");
        long result = calls.call(SystemCall.SOCKET, AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0);
        return new UnixSocket(calls, (int) LinuxFile.checked("socket", path.toString(), result), path.toString());
    }

    String name() {
        return name;
    }

    /** Connects or binds: both take the address of a path. */
    void at(SystemCall connectOrBind, Path path) throws IOException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > ADDRESS_BYTES - FAMILY_BYTES - 1) {
            throw new IllegalArgumentException("the path " + path + " has " + bytes.length
                    + " bytes; the address of a Unix socket holds " + (ADDRESS_BYTES - FAMILY_BYTES - 1));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, bytes.length);
            checked(
                    "connecting or binding",
                    () -> calls.call(connectOrBind, descriptor, address.address(), ADDRESS_BYTES));
        }
    }

    /** The call's answer, unless it is an errno; never on a descriptor that is closed. */
    long checked(String what, LongSupplier call) throws IOException {
        lock.lock();
        try {
            if (isClosed) {
                throw closed();
            }
            return LinuxFile.checked(what, name, call.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** The call's answer once there is something to read. */
    long whenReadable(String what, Duration timeout, LongSupplier call) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        lock.lock();
        try {
            while (!isClosed) {
                long result = poll(deadline - System.nanoTime());
                if (result == 0) {
                    throw new SocketTimeoutException(what + " at " + name + " took longer than " + timeout);
                }
                if (result > 0 && !isClosed) {
                    result = call.getAsLong();
                }
                if (result != -Errno.EINTR && result != -Errno.EAGAIN && !isClosed) {
                    return LinuxFile.checked(what, name, result);
                }
            }
            throw closed();
        } finally {
            lock.unlock();
        }
    }

    private long poll(long nanos) {
        long left = Math.max(nanos, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment waited = arena.allocate(Long.BYTES, Long.BYTES);
            waited.set(ValueLayout.JAVA_INT, 0, descriptor);
            waited.set(ValueLayout.JAVA_SHORT, Integer.BYTES, (short) POLLIN);
            MemorySegment time =
                    arena.allocateFrom(ValueLayout.JAVA_LONG, left / NANOS_PER_SECOND, left % NANOS_PER_SECOND);
            return calls.call(SystemCall.PPOLL, waited.address(), 1, time.address(), 0, KERNEL_SIGNAL_BYTES);
        }
    }

    /** Refuses a peer of another user. */
    UnixSocket ofThisUser() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credential = arena.allocate(CREDENTIAL_BYTES, Long.BYTES);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) CREDENTIAL_BYTES);
            checked(
                    "getsockopt",
                    () -> calls.call(
                            SystemCall.GETSOCKOPT,
                            descriptor,
                            SOL_SOCKET,
                            SO_PEERCRED,
                            credential.address(),
                            length.address()));
            long peer = Integer.toUnsignedLong(credential.get(ValueLayout.JAVA_INT, CREDENTIAL_USER));
            long user = calls.call(SystemCall.GETEUID);
            if (peer != user) {
                throw new IOException("the other side of " + name + " is user " + peer + ", this is user " + user
                        + "; run both as one user");
            }
            return this;
        } catch (IOException refused) {
            close();
            throw refused;
        }
    }

    private IOException closed() {
        return new IOException("the socket at " + name + " is closed");
    }

    @Override
    public void close() throws IOException {
        tryClose();
    }

    /** Closes the socket; true for the one call that did. */
    boolean tryClose() throws IOException {
        if (isClosed) {
            return false;
        }
        // Wakes a waiting thread, which then lets go of the lock; a socket that is not connected refuses, which is
        // fine.
        calls.call(SystemCall.SHUTDOWN, descriptor, SHUT_RDWR);
        lock.lock();
        try {
            if (isClosed) {
                return false;
            }
            isClosed = true;
            LinuxFile.checked("close", name, calls.call(SystemCall.CLOSE, descriptor));
            return true;
        } finally {
            lock.unlock();
        }
    }
}
