package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.KeyValueCache;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a model sees it: encoded once, asked any number of questions, by several threads at once if need be.
 * Closing it lets its memory go (some hundred kilobytes); answers in progress finish, new questions are refused with an
 * {@link IllegalStateException}.
 */
public final class Scene implements AutoCloseable {
    private final SceneModel model;
    private final SceneFeatures features;
    private final long encodeNanos;
    private volatile @Nullable KeyValueCache prefix;

    Scene(SceneModel model, SceneFeatures features, KeyValueCache prefix, long encodeNanos) {
        this.model = model;
        this.features = features;
        this.prefix = prefix;
        this.encodeNanos = encodeNanos;
    }

    /** Time it took to encode, in nanoseconds. */
    public long encodeNanos() {
        return encodeNanos;
    }

    SceneModel model() {
        return model;
    }

    SceneFeatures features() {
        return features;
    }

    /** The decoder's keys and values of the picture. */
    KeyValueCache prefix() {
        KeyValueCache current = prefix;
        if (current == null) {
            throw new IllegalStateException("the scene is closed");
        }
        return current;
    }

    @Override
    public void close() {
        prefix = null;
    }
}
