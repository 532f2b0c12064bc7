package dev.psyne.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one writer at a time into a directory, of all threads and processes. The kernel lets go of what a process that died
 * held.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = ".lock";

    /** The kernel's lock is the process's; its threads need one of their own. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the turn; makes the directory if there is none. */
    static DirectoryLock take(Path directory) throws IOException {
        THREADS.lock();
        boolean isTaken = false;
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                channel.lock();
                isTaken = true;
                return new DirectoryLock(channel);
            } finally {
                if (!isTaken) {
                    channel.close();
                }
            }
        } finally {
            if (!isTaken) {
                THREADS.unlock();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            THREADS.unlock();
        }
    }
}
