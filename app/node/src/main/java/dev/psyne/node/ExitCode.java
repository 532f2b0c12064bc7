package dev.psyne.node;

/** What the command tells its caller: the exit codes scripts may rely on. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** Something this machine lacks (EX_UNAVAILABLE of sysexits.h). */
    static final int UNAVAILABLE = 69;

    private ExitCode() {}
}
