/**
 * Element types, shapes, tensors over memory segments, and the kernels over them.
 *
 * <p>The Vector API is still an incubating module: a program on the class path adds it with {@code --add-modules
 * jdk.incubator.vector}; without it the kernels fall back to plain loops.
 */
@org.jspecify.annotations.NullMarked
module dev.psyne.tensor {
    requires transitive dev.psyne.fiber;
    requires jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.psyne.tensor;
}
