package dev.psyne.node;

import dev.psyne.vlm.Model;
import org.jspecify.annotations.Nullable;

/** A model the node may have loaded, and who uses it. Guarded by the lock of {@link ServedModels}. */
final class ServedModel {
    /** Where a model is on its way. */
    enum State {
        /** On disk alone. */
        UNLOADED,
        /** Being read. */
        LOADING,
        /** Answering. */
        READY,
        /** Its files could not be used. */
        FAILED
    }

    final ModelSource source;
    final long weightBytes;
    State state = State.UNLOADED;

    @Nullable
    Model model;

    /** Why it failed; empty unless it did. */
    String problem = "";

    /** Those who ask it, or wait to. */
    int users;

    /** When it was asked last, or its loading began. */
    long sinceNanos;

    /** What loading took the last time. */
    long loadNanos;

    ServedModel(ModelSource source) {
        this.source = source;
        this.weightBytes = source.weightBytes();
    }

    boolean isIdle() {
        return state == State.READY && users == 0;
    }
}
