package dev.psyne.tensor;

/**
 * What a product does with each result {@code r} (scaled, bias added) before it reaches the output {@code o}.
 */
public enum Epilogue {
    /** o = r. */
    STORE(false),
    /** o = max(0, r). */
    RELU(false),
    /** o = max(r, r/10), the leaky rectifier with the slope of Darknet. */
    LEAKY_RELU(false),
    /** o = r/2 (1 + tanh(sqrt(2/pi) (r + 0.044715 r^3))), the tanh form of Hendrycks and Gimpel, 2016. */
    GELU(false),
    /** o = r/2 (1 + erf(r / sqrt(2))), the exact form. */
    GELU_ERF(false),
    /** o = o + r. */
    ADD(true),
    /** o = max(0, o + r). */
    ADD_RELU(true);

    /** What {@link #LEAKY_RELU} leaves of a negative result. */
    static final float LEAKY_SLOPE = 0.1f;

    private final boolean accumulates;

    Epilogue(boolean accumulates) {
        this.accumulates = accumulates;
    }

    /** Whether the output's former value is a term. */
    public boolean accumulates() {
        return accumulates;
    }
}
