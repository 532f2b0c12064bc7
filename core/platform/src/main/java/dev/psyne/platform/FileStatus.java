package dev.psyne.platform;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What statx(2) says of an open file; of all the calls of its kind it alone has one structure for every architecture.
 *
 * <pre>
 *  0 mask   4 block size   8 attributes
 * 16 links 20 user        24 group   28 mode (16 bit)
 * 32 inode 40 size        48 blocks  …
 * </pre>
 */
final class FileStatus {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final long STRUCT_BYTES = 256;
    private static final long USER = 20;
    private static final long MODE = 28;
    private static final long SIZE = 40;
    private static final int TYPE_BITS = 0170000;
    private static final int REGULAR = 0100000;
    private static final int PERMISSION_BITS = 0777;

    private FileStatus() {}

    static MappableFile.Status read(LinuxFile file, LinuxCalls calls, Arena arena) throws IOException {
        MemorySegment status = arena.allocate(STRUCT_BYTES, Long.BYTES);
        MemorySegment noPath = arena.allocateFrom("");
        long result = calls.call(
                SystemCall.STATX,
                file.descriptor(),
                noPath.address(),
                AT_EMPTY_PATH,
                STATX_BASIC_STATS,
                status.address());
        LinuxFile.checked("statx", "descriptor " + file.descriptor(), result);
        int mode = Short.toUnsignedInt(status.get(ValueLayout.JAVA_SHORT, MODE));
        return new MappableFile.Status(
                status.get(ValueLayout.JAVA_LONG, SIZE),
                (mode & TYPE_BITS) == REGULAR,
                Integer.toUnsignedLong(status.get(ValueLayout.JAVA_INT, USER)),
                mode & PERMISSION_BITS);
    }
}
