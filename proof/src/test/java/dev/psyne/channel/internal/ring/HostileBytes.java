package dev.psyne.channel.internal.ring;

/** Choices made by bytes from outside: a fuzzer's or a generator's. When they are used up, everything is 0. */
final class HostileBytes {
    private final byte[] bytes;
    private int at;

    HostileBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    int next() {
        return hasMore() ? bytes[at++] & 0xFF : 0;
    }

    /** 0 to most - 1. */
    int below(int most) {
        return (next() << 8 | next()) % most;
    }

    long word() {
        long word = 0;
        for (int index = 0; index < Long.BYTES; index++) {
            word = word << 8 | next();
        }
        return word;
    }

    /** A word of the kind that breaks things: near what stood there, near a power of two, or anything. */
    long hostileWord(long standing) {
        return switch (next() % 8) {
            case 0 -> word();
            case 1 -> standing + (byte) next();
            case 2 -> standing ^ 1L << next();
            case 3 -> (1L << next()) + (byte) next();
            case 4 -> -(1L << next()) + (byte) next();
            case 5 -> (long) (next() % 8) << 32 | below(5000);
            case 6 -> (long) (next() % 8) << 32 | next() << 24 | next() << 16 | next();
            default -> (byte) next();
        };
    }
}
