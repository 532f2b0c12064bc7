package dev.psyne.vlm;

/** Why an answer ended. */
public enum FinishReason {
    /** The model said that it was done. */
    END,
    /** The limit of tokens was reached. */
    LENGTH,
    /** One of the caller's stop texts came up. */
    STOP,
    /** The sink wanted no more. */
    CANCELLED,
    /** The model was not sure enough. */
    UNSURE
}
