package dev.psyne.memory;

import dev.psyne.platform.MappableFile;
import dev.psyne.platform.VirtualMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The first page of a shared region's file. The order of bytes is the processor's; a file from a machine with the other
 * order has another magic. What follows the fields is zero, up to the payload.
 *
 * <pre>
 *  0              8          12         16              24                    4096
 * +--------------+----------+----------+---------------+-------------  …  -+---------
 * | magic        | version  | owner    | payload bytes | zero              | payload
 * | "PSYNEREG"   | i32 = 1  | user id  | i64           |                   |
 * +--------------+----------+----------+---------------+-------------  …  -+---------
 * </pre>
 *
 * @param owner the number of the user that created the region
 * @param payloadBytes size of what the region's user sees
 */
record RegionHeader(int owner, long payloadBytes) {
    /** Size of the header, and so where the payload begins and the most it can be aligned to. */
    static final long BYTES = 4096;

    static final int VERSION = 1;

    /** The letters PSYNEREG, as bytes in this order on a little-endian processor. */
    static final long MAGIC = 0x4745_5245_4e59_5350L;

    private static final long MAGIC_AT = 0;
    private static final long VERSION_AT = 8;
    private static final long OWNER_AT = 12;
    private static final long PAYLOAD_BYTES_AT = 16;
    private static final int FOR_OTHERS = 077;

    /** Size of the file. */
    long fileBytes() {
        return BYTES + payloadBytes;
    }

    void write(MemorySegment page) {
        page.set(ValueLayout.JAVA_INT, VERSION_AT, VERSION);
        page.set(ValueLayout.JAVA_INT, OWNER_AT, owner);
        page.set(ValueLayout.JAVA_LONG, PAYLOAD_BYTES_AT, payloadBytes);
        page.set(ValueLayout.JAVA_LONG, MAGIC_AT, MAGIC);
    }

    /** Refuses a file that others than its owner can reach, or that is too short for a header. */
    static void checkFile(String region, MappableFile.Status status, long user) {
        if (!status.isRegular()) {
            throw new RegionMismatchException(
                    region, "type", "not a regular file", "a regular file", "remove it or choose another name");
        }
        if (status.owner() != user) {
            throw new RegionMismatchException(
                    region,
                    "owner",
                    "user " + status.owner(),
                    "user " + user,
                    "run both sides as one user, or choose another name or directory");
        }
        if (status.permissions() != MappableFile.Status.UNKNOWN && (status.permissions() & FOR_OTHERS) != 0) {
            throw new RegionMismatchException(
                    region,
                    "permissions",
                    octal(status.permissions()),
                    octal(0600),
                    "others can reach it: unlink it, create it again and find out who opened it up");
        }
        if (status.bytes() < BYTES) {
            throw new RegionMismatchException(
                    region,
                    "file bytes",
                    Long.toString(status.bytes()),
                    "at least " + BYTES,
                    "it is no region or was cut off: unlink it and create it again");
        }
    }

    /** The header in a file's first page; each field is read once, and then checked. */
    static RegionHeader read(String region, MemorySegment page, MappableFile.Status status) {
        long magic = page.get(ValueLayout.JAVA_LONG, MAGIC_AT);
        int version = page.get(ValueLayout.JAVA_INT, VERSION_AT);
        RegionHeader header = new RegionHeader(
                page.get(ValueLayout.JAVA_INT, OWNER_AT), page.get(ValueLayout.JAVA_LONG, PAYLOAD_BYTES_AT));
        if (magic != MAGIC) {
            throw new RegionMismatchException(
                    region,
                    "magic",
                    hex(magic),
                    hex(MAGIC),
                    "it is no region: choose another name, or remove the file");
        }
        if (version != VERSION) {
            throw new RegionMismatchException(
                    region,
                    "version",
                    Integer.toString(version),
                    Integer.toString(VERSION),
                    "run the same release of Psyne on both sides, or unlink it and create it again");
        }
        header.check(region, status);
        return header;
    }

    private void check(String region, MappableFile.Status status) {
        String cure = "it is damaged: unlink it and create it again";
        if (owner != (int) status.owner()) {
            throw new RegionMismatchException(region, "header owner", "user " + owner, "user " + status.owner(), cure);
        }
        if (payloadBytes < 1 || payloadBytes > VirtualMemory.MAX_BYTES) {
            throw new RegionMismatchException(
                    region, "payload bytes", Long.toString(payloadBytes), "1 to " + VirtualMemory.MAX_BYTES, cure);
        }
        if (status.bytes() < fileBytes()) {
            throw new RegionMismatchException(
                    region, "file bytes", Long.toString(status.bytes()), "at least " + fileBytes(), cure);
        }
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String octal(int mode) {
        return String.format("%04o", mode);
    }
}
