package dev.psyne.vlm;

/** More is being asked of a model than it has room for. Nothing was done; the same can be asked again a little later. */
public final class ModelBusyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is full. */
    public ModelBusyException(String message) {
        super(message);
    }
}
