/** Element types, shapes, tensors and the kernels over them. */
@org.jspecify.annotations.NullMarked
module dev.psyne.tensor {
    requires transitive dev.psyne.fiber;
    requires jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.psyne.tensor;
}
