package dev.psyne.platform;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A set of logical CPUs by the numbers that the kernel gives them, as in {@code /sys/devices/system/cpu/cpuN}. Immutable;
 * of any size up to {@link #MAX_CPUS}. Written and read in the kernel's list format (cpuset(7), "Formats"), as in
 * {@code 0-3,8,10-11}.
 */
public final class CpuSet {
    /** One more than the highest number of a CPU: eight times what a kernel is built for at most today (NR_CPUS). */
    public static final int MAX_CPUS = 1 << 16;

    private static final CpuSet NONE = new CpuSet(new BitSet());

    private final BitSet bits;

    /** Takes over the bits. */
    CpuSet(BitSet bits) {
        this.bits = bits;
    }

    /** The set without a CPU. */
    public static CpuSet none() {
        return NONE;
    }

    /**
     * A set of these CPUs.
     *
     * @throws IllegalArgumentException if a number is not 0 to {@link #MAX_CPUS} - 1
     */
    public static CpuSet of(int... cpus) {
        BitSet bits = new BitSet();
        for (int cpu : cpus) {
            bits.set(checked(cpu));
        }
        return new CpuSet(bits);
    }

    /**
     * The CPUs from {@code first} to {@code last}, both included.
     *
     * @throws IllegalArgumentException if a number is not 0 to {@link #MAX_CPUS} - 1, or the first is above the last
     */
    public static CpuSet range(int first, int last) {
        if (checked(first) > checked(last)) {
            throw new IllegalArgumentException("the first CPU, " + first + ", is above the last, " + last);
        }
        BitSet bits = new BitSet(last + 1);
        bits.set(first, last + 1);
        return new CpuSet(bits);
    }

    /**
     * Reads the kernel's list format: numbers and ranges {@code first-last} between commas, in any order, which may
     * overlap; blanks around the list are left out, and an empty list is the empty set. Strides ({@code 0-31:2/4}), which the kernel takes but never writes, are not read.
     *
     * @throws IllegalArgumentException if the text is no such list; the message says which part
     */
    public static CpuSet parse(String list) {
        String text = list.strip();
        if (text.isEmpty()) {
            return NONE;
        }
        BitSet bits = new BitSet();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash), part, text);
            int last = dash < 0 ? first : number(part.substring(dash + 1), part, text);
            if (first > last) {
                throw malformed(part, text);
            }
            bits.set(first, last + 1);
        }
        return new CpuSet(bits);
    }

    public boolean contains(int cpu) {
        return cpu >= 0 && bits.get(cpu);
    }

    /** Whether every CPU of {@code other} is in this set too. */
    public boolean containsAll(CpuSet other) {
        return other.without(this).isEmpty();
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /** How many CPUs are in the set. */
    public int count() {
        return bits.cardinality();
    }

    /** The CPUs in ascending order. */
    public IntStream stream() {
        return bits.stream();
    }

    /** The CPUs that are in both sets. */
    public CpuSet and(CpuSet other) {
        BitSet both = (BitSet) bits.clone();
        both.and(other.bits);
        return new CpuSet(both);
    }

    /** The CPUs of this set that are not in the other. */
    public CpuSet without(CpuSet other) {
        BitSet rest = (BitSet) bits.clone();
        rest.andNot(other.bits);
        return new CpuSet(rest);
    }

    /** The mask of the kernel's calls: CPU n is bit n modulo 64 of word n / 64; as many words as the highest CPU needs. */
    long[] words() {
        return bits.toLongArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    /** The kernel's list format, which {@link #parse} reads; an empty string for the empty set. */
    @Override
    public String toString() {
        StringBuilder list = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int after = bits.nextClearBit(first);
            list.append(list.isEmpty() ? "" : ",").append(first);
            if (after - 1 > first) {
                list.append('-').append(after - 1);
            }
            first = bits.nextSetBit(after);
        }
        return list.toString();
    }

    private static int number(String digits, String part, String list) {
        boolean isNumber =
                !digits.isEmpty() && digits.length() <= 9 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            throw malformed(part, list);
        }
        int cpu = Integer.parseInt(digits);
        if (cpu >= MAX_CPUS) {
            throw malformed(part, list);
        }
        return cpu;
    }

    private static IllegalArgumentException malformed(String part, String list) {
        return new IllegalArgumentException("'" + part + "' of '" + list + "' is no CPU or range of CPUs from 0 to "
                + (MAX_CPUS - 1) + ", as in 0-3,8");
    }

    private static int checked(int cpu) {
        if (cpu < 0 || cpu >= MAX_CPUS) {
            throw new IllegalArgumentException("CPU is " + cpu + "; it may be 0 to " + (MAX_CPUS - 1));
        }
        return cpu;
    }
}
