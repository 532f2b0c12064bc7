package dev.psyne.vlm.internal.vision;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.layer.ModelWeights;

/** The connector of LLaVA (Liu et al., 2023): two products with a Gaussian unit between, for every pixel of the features. */
public final class Projector {
    private final Kernels kernels;
    private final Linear first;
    private final Linear second;

    /** Takes the weights: the names of both products, without {@code .weight}. */
    public Projector(ModelWeights weights, int features, int outputs, String first, String second) {
        this.kernels = weights.kernels();
        this.first = weights.linear(first, outputs, features);
        this.second = weights.linear(second, outputs, outputs);
    }

    /**
     * Takes rows of features to rows of the language model.
     *
     * @param hidden room for as many rows of the language model
     */
    public void run(int count, Rows features, Rows hidden, Rows output) {
        kernels.gemm(count, features, first, Epilogue.GELU_ERF, hidden);
        kernels.gemm(count, hidden, second, Epilogue.STORE, output);
    }
}
