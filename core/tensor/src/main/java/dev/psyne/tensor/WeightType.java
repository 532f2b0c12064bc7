package dev.psyne.tensor;

/** What one packed weight of a linear layer is. */
public enum WeightType {
    /** IEEE 754 single precision. */
    F32(32, WeightScales.NONE),
    /** IEEE 754 half precision, finite. */
    F16(16, WeightScales.NONE),
    /** The upper half of a single. */
    BF16(16, WeightScales.NONE),
    /** A signed byte times a scale. */
    I8(8, WeightScales.PER_OUTPUT),
    /** A whole number of -8 to 7, stored as 0 to 15, times a scale. */
    I4(4, WeightScales.PER_GROUP);

    private final int bits;
    private final WeightScales usualScales;

    WeightType(int bits, WeightScales usualScales) {
        this.bits = bits;
        this.usualScales = usualScales;
    }

    /** Bits of one weight. */
    public int bits() {
        return bits;
    }

    /** Whether a weight is a small whole number that a scale belongs to. */
    public boolean isQuantized() {
        return this == I8 || this == I4;
    }

    /** The scales that go with it unless others are asked for. */
    public WeightScales usualScales() {
        return usualScales;
    }
}
