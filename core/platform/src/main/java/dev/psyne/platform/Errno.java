package dev.psyne.platform;

/** The error numbers of Linux that are told apart here, and their names for messages (errno(3)). */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EFAULT = 14;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EPIPE = 32;
    static final int ENOSYS = 38;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int EADDRINUSE = 98;
    static final int ECONNREFUSED = 111;
    static final int EDQUOT = 122;

    private Errno() {}

    /** The name and the number of a negated errno, as a system call answers it. */
    static String name(long answer) {
        int number = (int) -answer;
        String name = switch (number) {
            case EPERM -> "EPERM, ";
            case ENOENT -> "ENOENT, ";
            case EINTR -> "EINTR, ";
            case EAGAIN -> "EAGAIN, ";
            case ENOMEM -> "ENOMEM, ";
            case EACCES -> "EACCES, ";
            case EFAULT -> "EFAULT, ";
            case EEXIST -> "EEXIST, ";
            case EINVAL -> "EINVAL, ";
            case EFBIG -> "EFBIG, ";
            case ENOSPC -> "ENOSPC, ";
            case EPIPE -> "EPIPE, ";
            case ENOSYS -> "ENOSYS, ";
            case ELOOP -> "ELOOP, ";
            case EOPNOTSUPP -> "EOPNOTSUPP, ";
            case EADDRINUSE -> "EADDRINUSE, ";
            case ECONNREFUSED -> "ECONNREFUSED, ";
            case EDQUOT -> "EDQUOT, ";
            default -> "";
        };
        return name + "errno " + number;
    }
}
