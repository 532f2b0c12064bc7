package dev.psyne.platform;

import java.util.Locale;
import java.util.NoSuchElementException;

/** The system calls in use, by their numbers in the kernel's tables: x86-64's own, and asm-generic/unistd.h for aarch64. */
enum SystemCall {
    ACCEPT4(288, 242),
    BIND(49, 200),
    CLOSE(3, 57),
    CONNECT(42, 203),
    FALLOCATE(285, 47),
    FCHMOD(91, 52),
    FCNTL(72, 25),
    FTRUNCATE(77, 46),
    FUTEX(202, 98),
    GETEUID(107, 175),
    GETSOCKOPT(55, 209),
    LISTEN(50, 201),
    MADVISE(28, 233),
    MBIND(237, 235),
    MEMBARRIER(324, 283),
    MEMFD_CREATE(319, 279),
    MLOCK(149, 228),
    MMAP(9, 222),
    MOVE_PAGES(279, 239),
    MPROTECT(10, 226),
    MUNMAP(11, 215),
    OPENAT(257, 56),
    PPOLL(271, 73),
    RECVMSG(47, 212),
    SCHED_GETAFFINITY(204, 123),
    SCHED_SETAFFINITY(203, 122),
    SENDMSG(46, 211),
    SHUTDOWN(48, 210),
    SOCKET(41, 198),
    STATX(332, 291);

    private final int x86;
    private final int arm;

    SystemCall(int x86, int arm) {
        this.x86 = x86;
        this.arm = arm;
    }

    /**
     * The call's number.
     *
     * @throws NoSuchElementException if it is not known for that architecture
     */
    long number(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> x86;
            case "aarch64" -> arm;
            default ->
                throw new NoSuchElementException(
                        "the number of " + name().toLowerCase(Locale.ROOT) + " for " + architecture);
        };
    }
}
