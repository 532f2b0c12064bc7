package dev.psyne.platform;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An open file whose bytes can be mapped: on Linux by its descriptor, so that what was checked is what is mapped;
 * elsewhere by a channel of the JDK. Pages that are mapped outlive the file's close. One thread at a time may use a file.
 */
public sealed interface MappableFile extends AutoCloseable permits LinuxFile, ChannelFile {

    /**
     * A new empty file that this user alone may read and write.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is something of that name
     * @throws IOException if it cannot be created
     */
    static MappableFile create(Path file) throws IOException {
        return LinuxFile.isSupported(file) ? LinuxFile.create(file) : ChannelFile.create(file);
    }

    /**
     * An existing file. A symbolic link is followed only where that is asked for.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IOException if it cannot be opened
     */
    static MappableFile open(Path file, boolean writable, boolean followLink) throws IOException {
        return LinuxFile.isSupported(file)
                ? LinuxFile.open(file, writable, followLink)
                : ChannelFile.open(file, writable, followLink);
    }

    /**
     * A new empty file in memory that has no name in any directory (memfd_create(2)), whose size can be sealed.
     *
     * @param label what /proc shows for it
     * @throws IOException if there is none on this system, or the kernel refuses
     */
    static MappableFile inMemory(String label) throws IOException {
        return LinuxFile.inMemory(label);
    }

    /**
     * What the system says of the open file.
     *
     * @param bytes its size
     * @param isRegular whether it is a file with content of its own
     * @param owner the number of the user it belongs to, or {@link #UNKNOWN}
     * @param permissions the nine bits of its mode, or {@link #UNKNOWN}
     */
    record Status(long bytes, boolean isRegular, long owner, int permissions) {
        /** What a system does not tell. */
        public static final int UNKNOWN = -1;
    }

    /** The file's status now. */
    Status status() throws IOException;

    /** The number of the user this process acts as, or {@link Status#UNKNOWN}. */
    long user();

    /**
     * Makes the file that long with every byte of it backed, so that no later write finds the file system full.
     *
     * @throws OutOfSpaceException if there is no room; the file's size is then undefined
     */
    void allocate(long bytes) throws IOException;

    /**
     * Makes the file that long without backing it: the bytes take room when they are first written.
     */
    void resize(long bytes) throws IOException;

    /**
     * Makes it impossible for anyone to change the size from now on (F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_SEAL of
     * fcntl(2)).
     *
     * @throws IOException if the file cannot be sealed, as is so for files with a name
     */
    void sealSize() throws IOException;

    /**
     * Makes it impossible for anyone to change the size from now on, and for others than those who map it writable by now to
     * write (F_SEAL_FUTURE_WRITE too). A kernel before 5.1 seals the size alone.
     *
     * @throws IOException as {@link #sealSize}
     */
    void sealForReaders() throws IOException;

    /** Whether nobody can shrink the file. */
    boolean isSizeSealed();

    /**
     * Its first bytes, shared with everyone who maps them. An access beyond the file's end is an InternalError, so it must not shrink.
     *
     * @param bytes how many, 1 to the file's size
     * @param alignment a power of two, at most {@link VirtualMemory#MAX_ALIGNMENT}
     * @param writable whether they may be written; the file must be open for that
     */
    Pages map(long bytes, long alignment, boolean writable) throws IOException;

    @Override
    void close() throws IOException;
}
