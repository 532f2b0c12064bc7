package dev.psyne.vlm.internal.layer;

import dev.psyne.vlm.LoadListener;
import dev.psyne.vlm.LoadProgress;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the bytes of a model's tensors as they are read, part by part, and tells a listener each whole percent. Whoever
 * reads lets other jobs of the worker run now and then, and goes no further once the model is closed. Used by one thread.
 */
public final class LoadMeter {
    /** Bytes that are read between two looks at what else there is to do: some milliseconds. */
    private static final long TURN_BYTES = 4 << 20;

    private final WeightLifetime lifetime;
    private final long totalBytes;
    private final LoadListener listener;
    private final Map<String, Long> uncounted = new HashMap<>();
    private long settledBytes;
    private double doneBytes;
    private double turnBytes;
    private int percent = -1;

    /** A meter of so many bytes. */
    public LoadMeter(WeightLifetime lifetime, long totalBytes, LoadListener listener) {
        this.lifetime = lifetime;
        this.totalBytes = totalBytes;
        this.listener = listener;
    }

    /** A meter that counts nothing, for what was counted before. */
    public static LoadMeter idle(WeightLifetime lifetime) {
        return new LoadMeter(lifetime, 0, progress -> {});
    }

    boolean isCounting() {
        return totalBytes > 0;
    }

    /** Begins a part, maybe once more: what was counted of it is not. */
    public void begin() {
        uncounted.clear();
        doneBytes = settledBytes;
        tell();
    }

    /** Ends a part of so many bytes, whether all its tensors were wanted or not. */
    public void end(long bytes) {
        settledBytes += bytes;
        begin();
    }

    /** Bytes of a tensor that have not been counted: none of one that a second layer takes. */
    long claim(StoredTensor tensor) {
        return claim(tensor, 1);
    }

    /** One part in so many of the bytes of a tensor that have not been counted. */
    long claim(StoredTensor tensor, int share) {
        if (!isCounting()) {
            return 0;
        }
        long left = uncounted.getOrDefault(tensor.name(), tensor.segment().byteSize());
        uncounted.put(tensor.name(), left - left / share);
        return left / share;
    }

    /**
     * So many bytes were read.
     *
     * @param claimed those of them that count
     * @throws IllegalStateException if the model was closed
     */
    void read(double bytes, double claimed) {
        lifetime.requireOpen();
        turnBytes += bytes;
        if (turnBytes >= TURN_BYTES) {
            turnBytes = 0;
            Thread.yield();
        }
        if (isCounting()) {
            doneBytes += claimed;
            tell();
        }
    }

    private void tell() {
        if (!isCounting()) {
            return;
        }
        long done = settledBytes == totalBytes ? totalBytes : Math.min(totalBytes - 1, (long) doneBytes);
        LoadProgress progress = new LoadProgress(done, totalBytes);
        if (progress.percent() != percent) {
            percent = progress.percent();
            listener.progress(progress);
        }
    }
}
