package dev.psyne.channel.internal.ipc;

/**
 * The file of a process that takes part in channels. Its lock says that the process lives; its words wake the process's
 * sleepers.
 *
 * <pre>
 *      0  magic      8  version     16  process number
 *     64  word       a futex, grows with each ring of the bell
 *    128  summary    128 bytes, a bit for each word of "rung" that is not 0
 *   4096  rung       8192 bytes, a bit for each sleeper to be woken
 * </pre>
 */
final class BellLayout {
    /** "PSYNBELL" read as a little-endian integer. */
    static final long MAGIC = 0x4C4C_4542_4E59_5350L;

    static final int VERSION = 1;
    static final long MAGIC_AT = 0;
    static final long VERSION_AT = 8;
    static final long PROCESS_NUMBER_AT = 16;
    static final long WORD_AT = 64;
    static final long SUMMARY_AT = 128;
    static final long RUNG_AT = 4096;

    /** The most sleepers of a process that a bell can tell apart. */
    static final int SLEEPERS = 65_536;

    static final long BYTES = RUNG_AT + SLEEPERS / Byte.SIZE;

    private BellLayout() {}

    static long rungWord(int sleeper) {
        return RUNG_AT + sleeper / Long.SIZE * Long.BYTES;
    }

    static long summaryWord(int rungWord) {
        return SUMMARY_AT + rungWord / Long.SIZE * Long.BYTES;
    }
}
