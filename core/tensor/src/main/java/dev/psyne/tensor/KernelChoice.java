package dev.psyne.tensor;

/** Which variant of the kernels to use; tests force each. */
public enum KernelChoice {
    /** The vector variant where it is available, else the scalar one. */
    BEST,
    /** The Vector API at the machine's preferred width; refused where it is not available. */
    VECTOR,
    /** Plain loops: the reference, and the fallback. */
    SCALAR
}
