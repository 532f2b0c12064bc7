package dev.psyne.bench.channel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The bytes of a message: word {@code i} holds the message's number plus {@code i}. Every producer writes all of them,
 * every consumer adds all of them up, by the same two loops for every contender written in Java; the C ring has the same
 * loops, which its compiler turns into vector instructions. Here they are written out: what adds up word by word keeps
 * fewer cache lines under way, and a large message would be measured by that. A wrong total at the end of a round means
 * that a message was lost, torn or read twice.
 */
final class Body {
    /** All memory; a slice of it is a view of a peer's buffer of known address, at no cost once compiled. */
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final LongVector FIRST_WORDS = LongVector.zero(SPECIES).addIndex(1);
    private static final int VECTOR_BYTES = SPECIES.vectorByteSize();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Below this, setting up a loop of vectors costs more than it saves. */
    private static final int LEAST_BYTES = 256;

    private Body() {}

    /** A view of memory that a peer gives by its address. */
    static MemorySegment at(long address, int bytes) {
        return ALL.asSlice(address, bytes);
    }

    static void write(MemorySegment body, long number) {
        int bytes = (int) body.byteSize();
        int end = bytes < LEAST_BYTES ? 0 : bytes & -VECTOR_BYTES;
        LongVector words = FIRST_WORDS.add(number);
        for (int at = 0; at < end; at += VECTOR_BYTES) {
            words.intoMemorySegment(body, at, ORDER);
            words = words.add(SPECIES.length());
        }
        for (int word = end / Long.BYTES; word < bytes / Long.BYTES; word++) {
            body.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, word, number + word);
        }
    }

    static long sum(MemorySegment body) {
        int bytes = (int) body.byteSize();
        int end = bytes < LEAST_BYTES ? 0 : bytes & -4 * VECTOR_BYTES;
        long sum = end > 0 ? sumOfVectors(body, end) : 0;
        for (int word = end / Long.BYTES; word < bytes / Long.BYTES; word++) {
            sum += body.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, word);
        }
        return sum;
    }

    private static long sumOfVectors(MemorySegment body, int end) {
        LongVector a = LongVector.zero(SPECIES);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        for (int at = 0; at < end; at += 4 * VECTOR_BYTES) {
            a = a.add(LongVector.fromMemorySegment(SPECIES, body, at, ORDER));
            b = b.add(LongVector.fromMemorySegment(SPECIES, body, at + VECTOR_BYTES, ORDER));
            c = c.add(LongVector.fromMemorySegment(SPECIES, body, at + 2 * VECTOR_BYTES, ORDER));
            d = d.add(LongVector.fromMemorySegment(SPECIES, body, at + 3 * VECTOR_BYTES, ORDER));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /** The sum of all words of the messages 0 to {@code messages} - 1, modulo 2 to the 64th. */
    static long expectedSum(long messages, int bytes) {
        long words = bytes / Long.BYTES;
        return words * below(messages) + messages * below(words);
    }

    /** 0 + 1 + … + (count - 1); one of the factors is halved before they are multiplied, so that no bit is lost. */
    private static long below(long count) {
        return count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
    }
}
