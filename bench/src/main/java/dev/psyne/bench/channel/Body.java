package dev.psyne.bench.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes of a message: word {@code i} holds the message's number plus {@code i}. Every producer writes all of them,
 * every consumer adds all of them up, by the same two loops for every contender written in Java; the C ring has the same
 * loops. A wrong total at the end of a round means that a message was lost, torn or read twice.
 */
final class Body {
    /** All memory; a slice of it is a view of a peer's buffer of known address, at no cost once compiled. */
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Body() {}

    /** A view of memory that a peer gives by its address. */
    static MemorySegment at(long address, int bytes) {
        return ALL.asSlice(address, bytes);
    }

    static void write(MemorySegment body, long number) {
        int words = (int) (body.byteSize() >>> 3);
        for (int word = 0; word < words; word++) {
            body.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, word, number + word);
        }
    }

    static long sum(MemorySegment body) {
        long sum = 0;
        int words = (int) (body.byteSize() >>> 3);
        for (int word = 0; word < words; word++) {
            sum += body.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, word);
        }
        return sum;
    }

    /** The sum of all words of the messages 0 to {@code messages} - 1, modulo 2 to the 64th. */
    static long expectedSum(long messages, int bytes) {
        long words = bytes >>> 3;
        return words * below(messages) + messages * below(words);
    }

    /** 0 + 1 + … + (count - 1); one of the factors is halved before they are multiplied, so that no bit is lost. */
    private static long below(long count) {
        return count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
    }
}
