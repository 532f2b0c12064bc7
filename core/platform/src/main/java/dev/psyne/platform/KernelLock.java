package dev.psyne.platform;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock on the first byte of a file, which the kernel releases when its holder closes it or dies, however it
 * dies: fcntl(2), open file description locks. Two of them on one file exclude each other within a process too, and they
 * work across PID namespaces. Only on Linux. Any thread may use it.
 */
public final class KernelLock implements AutoCloseable {
    private static final long GET = 36;
    private static final long SET = 37;
    private static final long SET_AND_WAIT = 38;
    private static final short WRITE = 1;
    private static final short UNLOCK = 2;
    private static final long CURRENT_DIRECTORY = -100;
    private static final long READ_WRITE_CLOSE_ON_EXEC = 2 | 0x80000;
    private static final int NO_ENTRY = 2;
    private static final int AGAIN = 11;
    private static final int INTERRUPTED = 4;
    private static final int FLOCK_BYTES = 32;
    private static final int FLOCK_LENGTH = 16;

    private final LinuxCalls calls;
    private final Path file;
    private int descriptor;

    private KernelLock(LinuxCalls calls, Path file, int descriptor) {
        this.calls = calls;
        this.file = file;
        this.descriptor = descriptor;
    }

    /**
     * Opens an existing file; the lock is not taken yet.
     *
     * @throws NoSuchFileException if there is none
     * @throws IOException if it cannot be opened for reading and writing
     * @throws UnsupportedOperationException on a system without such locks
     */
    public static KernelLock open(Path file) throws IOException {
        if (!Futex.isAvailable()) {
            throw new UnsupportedOperationException("locks of open file descriptions need Linux");
        }
        LinuxCalls calls = LinuxCalls.link();
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(file.toString()).address();
            long opened = calls.call(SystemCall.OPENAT, CURRENT_DIRECTORY, name, READ_WRITE_CLOSE_ON_EXEC);
            if (opened == -NO_ENTRY) {
                throw new NoSuchFileException(file.toString());
            }
            if (opened < 0) {
                throw new IOException(file + " cannot be opened: errno " + -opened);
            }
            return new KernelLock(calls, file, (int) opened);
        }
    }

    /** Takes the lock if nobody else has it, and answers whether it is taken. */
    public synchronized boolean tryLock() throws IOException {
        long answer = control(SET, WRITE, null);
        if (answer == -AGAIN) {
            return false;
        }
        check(answer, "locked");
        return true;
    }

    /** Takes the lock and waits for whoever has it; meant for locks held for microseconds, it cannot be interrupted. */
    public synchronized void lock() throws IOException {
        long answer = control(SET_AND_WAIT, WRITE, null);
        while (answer == -INTERRUPTED) {
            answer = control(SET_AND_WAIT, WRITE, null);
        }
        check(answer, "locked");
    }

    /** Releases the lock, if it is taken; closing has released it already. */
    public synchronized void unlock() throws IOException {
        if (descriptor < 0) {
            return;
        }
        check(control(SET, UNLOCK, null), "unlocked");
    }

    /** Whether somebody other than this object holds the lock now. */
    public synchronized boolean isHeldByAnother() throws IOException {
        short[] found = new short[1];
        check(control(GET, WRITE, found), "asked about its lock");
        return found[0] != UNLOCK;
    }

    private long control(long command, short type, short @Nullable [] answer) {
        if (descriptor < 0) {
            throw new IllegalStateException("the lock on " + file + " is closed");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flock = arena.allocate(FLOCK_BYTES, Long.BYTES);
            flock.set(ValueLayout.JAVA_SHORT, 0, type);
            flock.set(ValueLayout.JAVA_LONG, FLOCK_LENGTH, 1);
            long result = calls.call(SystemCall.FCNTL, descriptor, command, flock.address());
            if (answer != null) {
                answer[0] = flock.get(ValueLayout.JAVA_SHORT, 0);
            }
            return result;
        }
    }

    private void check(long answer, String done) throws IOException {
        if (answer < 0) {
            throw new IOException(file + " cannot be " + done + ": errno " + -answer);
        }
    }

    /** Releases the lock; a second close does nothing. */
    @Override
    public synchronized void close() {
        if (descriptor >= 0) {
            calls.call(SystemCall.CLOSE, descriptor);
            descriptor = -1;
        }
    }
}
