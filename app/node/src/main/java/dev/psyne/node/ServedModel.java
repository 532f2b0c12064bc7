package dev.psyne.node;

import dev.psyne.vlm.LoadProgress;
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

    private static final LoadProgress NOTHING = new LoadProgress(0, 1);

    final ModelSource source;
    final long weightBytes;
    State state = State.UNLOADED;

    /** There once its files' beginnings were read; it may be asked about pictures from then on. */
    @Nullable
    Model model;

    /** How far it is while it is being read. */
    LoadProgress progress = NOTHING;

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

    void beginLoading(long nanos) {
        state = State.LOADING;
        progress = NOTHING;
        sinceNanos = nanos;
    }

    boolean isIdle() {
        return state == State.READY && users == 0;
    }
}
