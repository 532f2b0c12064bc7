package dev.psyne.platform;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file by its descriptor: open(2), statx(2), fallocate(2), memfd_create(2), fcntl(2), mmap(2). */
final class LinuxFile implements MappableFile {
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int O_CREAT_EXCL = 0x40 | 0x80;
    private static final int O_CLOEXEC = 0x80000;
    private static final int OWNER_ONLY = 0600;
    private static final int MFD_CLOEXEC_ALLOW_SEALING = 1 | 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int F_SEAL_SEAL = 1;
    private static final int F_SEAL_SHRINK = 2;
    private static final int F_SEAL_GROW = 4;
    private static final int F_SEAL_FUTURE_WRITE = 16;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;

    private final LinuxCalls calls;
    private final int descriptor;
    private final String name;

    LinuxFile(LinuxCalls calls, int descriptor, String name) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.name = name;
    }

    /** Paths inside an archive or another file system of the JDK are not the kernel's. */
    static boolean isSupported(Path file) {
        return file.getFileSystem().equals(FileSystems.getDefault()) && availability() instanceof Available;
    }

    /** Whether files are opened by system calls here: where the calls work and their numbers are known. */
    static Availability availability() {
        return LinuxCalls.tryWith(Host.current(), calls -> new Available("user " + calls.call(SystemCall.GETEUID)));
    }

    /** The calls, for what has no fallback. */
    static LinuxCalls requireLinux(String what) throws IOException {
        if (availability() instanceof Unavailable(String why, String cure)) {
            throw new IOException(what + " cannot be had here: " + why + "; " + cure);
        }
        return LinuxCalls.link();
    }

    static LinuxFile create(Path file) throws IOException {
        return open(file, O_RDWR | O_CREAT_EXCL | noFollow());
    }

    static LinuxFile open(Path file, boolean writable, boolean followLink) throws IOException {
        return open(file, (writable ? O_RDWR : 0) | (followLink ? 0 : noFollow()));
    }

    private static LinuxFile open(Path file, int flags) throws IOException {
        LinuxCalls calls = LinuxCalls.link();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(file.toString());
            long result = calls.call(SystemCall.OPENAT, AT_FDCWD, path.address(), flags | O_CLOEXEC, OWNER_ONLY);
            return new LinuxFile(calls, (int) checked("open", file.toString(), result), file.toString());
        }
    }

    /** The flag's value is one of the few that differ between architectures. */
    private static int noFollow() {
        return LinuxCalls.link().architecture().equals("aarch64") ? 0x8000 : 0x20000;
    }

    static LinuxFile inMemory(String label) throws IOException {
        LinuxCalls calls = requireLinux("files in memory");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(label);
            long result = calls.call(SystemCall.MEMFD_CREATE, text.address(), MFD_CLOEXEC_ALLOW_SEALING);
            LinuxFile file = new LinuxFile(calls, (int) checked("memfd_create", label, result), label);
            // Such files begin open to everyone who comes by a descriptor through /proc.
            calls.call(SystemCall.FCHMOD, file.descriptor, OWNER_ONLY);
            return file;
        }
    }

    @Override
    public Status status() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return FileStatus.read(this, calls, arena);
        }
    }

    @Override
    public long user() {
        return calls.call(SystemCall.GETEUID);
    }

    @Override
    public void allocate(long bytes) throws IOException {
        long result;
        do {
            result = calls.call(SystemCall.FALLOCATE, descriptor, 0, 0, bytes);
        } while (result == -Errno.EINTR);
        if (result == -Errno.ENOSPC || result == -Errno.EDQUOT || result == -Errno.EFBIG) {
            throw new OutOfSpaceException(name, "no room for " + bytes + " bytes (" + Errno.name(result) + ")");
        }
        checked("fallocate of " + bytes + " bytes", name, result);
    }

    @Override
    public void resize(long bytes) throws IOException {
        checked("ftruncate to " + bytes + " bytes", name, calls.call(SystemCall.FTRUNCATE, descriptor, bytes));
    }

    @Override
    public void sealSize() throws IOException {
        int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
        checked("sealing", name, calls.call(SystemCall.FCNTL, descriptor, F_ADD_SEALS, seals));
    }

    @Override
    public void sealForReaders() throws IOException {
        long unknown = calls.call(SystemCall.FCNTL, descriptor, F_ADD_SEALS, F_SEAL_FUTURE_WRITE);
        if (unknown != -Errno.EINVAL) {
            checked("sealing", name, unknown);
        }
        sealSize();
    }

    @Override
    public boolean isSizeSealed() {
        long seals = calls.call(SystemCall.FCNTL, descriptor, F_GET_SEALS);
        return seals >= 0 && (seals & F_SEAL_SHRINK) != 0;
    }

    @Override
    public Pages map(long bytes, long alignment, boolean writable) throws IOException {
        VirtualMemoryProvider.check(bytes, alignment);
        long page = calls.pageBytes();
        long mapped = MmapMemory.roundUp(bytes, page);
        int access = PROT_READ | (writable ? PROT_WRITE : 0);
        if (alignment <= page) {
            long address =
                    checked("mmap", name, calls.call(SystemCall.MMAP, 0, mapped, access, MAP_SHARED, descriptor));
            return new MappedPages(calls, address, bytes, mapped, writable);
        }
        // The kernel aligns to pages only: addresses are reserved with room to spare, and the file put over a part.
        long reserved = mapped + alignment - page;
        long start =
                checked("mmap", name, calls.call(SystemCall.MMAP, 0, reserved, 0, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1));
        long address = MmapMemory.roundUp(start, alignment);
        long result = calls.call(SystemCall.MMAP, address, mapped, access, MAP_SHARED | MAP_FIXED, descriptor);
        if (result < 0) {
            calls.call(SystemCall.MUNMAP, start, reserved);
            throw failure("mmap", name, result);
        }
        unmap(start, address - start);
        unmap(address + mapped, start + reserved - (address + mapped));
        return new MappedPages(calls, address, bytes, mapped, writable);
    }

    private void unmap(long address, long bytes) {
        if (bytes != 0) {
            new MappedPages(calls, address, bytes, bytes, true).release();
        }
    }

    int descriptor() {
        return descriptor;
    }

    @Override
    public void close() throws IOException {
        checked("close", name, calls.call(SystemCall.CLOSE, descriptor));
    }

    /** A result that is no errno; otherwise the exception of the JDK that says the same. */
    static long checked(String what, String name, long result) throws IOException {
        if (result < 0) {
            throw failure(what, name, result);
        }
        return result;
    }

    private static IOException failure(String what, String name, long result) {
        return switch ((int) -result) {
            case Errno.ENOENT -> new NoSuchFileException(name);
            case Errno.EEXIST -> new FileAlreadyExistsException(name);
            case Errno.EACCES, Errno.EPERM -> new AccessDeniedException(name, null, what + ": " + Errno.name(result));
            case Errno.ELOOP -> new FileSystemException(name, null, "is a symbolic link, which is not followed here");
            default -> new FileSystemException(name, null, what + " failed with " + Errno.name(result));
        };
    }
}
