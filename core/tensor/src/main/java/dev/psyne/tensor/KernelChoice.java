package dev.psyne.tensor;

/** Which variant of the kernels to use; tests force each. */
public enum KernelChoice {
    /** Machine code and the Vector API where they are available, else what is left. */
    BEST,
    /** Machine code for products, the Vector API for the rest; refused where either is missing. */
    MACHINE,
    /** The Vector API alone, at the machine's preferred width; refused where it is not available. */
    VECTOR,
    /** Plain loops: the reference, and the fallback. */
    SCALAR
}
