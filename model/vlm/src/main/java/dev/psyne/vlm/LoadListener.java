package dev.psyne.vlm;

/** Is told how far a model has been loaded. */
@FunctionalInterface
public interface LoadListener {
    /**
     * Called where the model is loaded, which it holds up, whenever another whole percent is there; the percentage goes
     * back if weights must be packed again, as when a disk turns out to be full. It must not close the model. An exception
     * ends the loading as its failure.
     */
    void progress(LoadProgress progress);
}
