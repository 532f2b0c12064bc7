package dev.psyne.platform.assembler;

/** The operations over general purpose registers, all 64 bits wide. */
public enum GeneralOperation {
    /** Addition. */
    ADD(0),
    /** Bitwise or. */
    OR(1),
    /** Bitwise and. */
    AND(4),
    /** Subtraction. */
    SUB(5),
    /** Bitwise exclusive or. */
    XOR(6),
    /** Comparison: a subtraction that keeps only the flags. */
    CMP(7),
    /** Copy. */
    MOV(-1),
    /** Copy of a number; up to 32 bits they are filled up with zeros. */
    MOV_NUMBER(-1),
    /** The address itself. */
    LEA(-1),
    /** Signed product. */
    IMUL(-1),
    /** Shift to the left by a number. */
    SHL(4),
    /** Shift to the right by a number, filled up with zeros. */
    SHR(5),
    /** Onto the stack. */
    PUSH(-1),
    /** From the stack. */
    POP(-1),
    /** Back to the caller. */
    RET(-1),
    /** The processor's features, by leaf in EAX and subleaf in ECX, to EAX, EBX, ECX and EDX. */
    CPUID(-1),
    /** The extended control register whose number is in ECX, to EDX and EAX. */
    XGETBV(-1),
    /** A line of memory into all caches. */
    PREFETCHT0(1),
    /** A line of memory into the caches nearest, for one use. */
    PREFETCHNTA(0);

    private final int extension;

    GeneralOperation(int extension) {
        this.extension = extension;
    }

    /** The digit in the register field of the encodings that have one. */
    int extension() {
        return extension;
    }
}
