package dev.psyne.platform.assembler;

/** When a jump is taken, after a comparison of signed numbers. */
public enum Condition {
    /** If both were equal, or the result zero. */
    EQUAL(0x4),
    /** If they differed, or the result was not zero. */
    NOT_EQUAL(0x5),
    /** If the first was less. */
    LESS(0xc),
    /** If the first was not less. */
    GREATER_OR_EQUAL(0xd),
    /** Always. */
    ALWAYS(-1);

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
