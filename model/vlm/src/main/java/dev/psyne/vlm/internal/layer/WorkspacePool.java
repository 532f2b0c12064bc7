package dev.psyne.vlm.internal.layer;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Workspaces that are free, kept for the next to come; at most as many as the pool has room for. Who finds none makes
 * one: how many are in use at a time is bounded by the callers, who hold one for each picture or answer in progress.
 */
public final class WorkspacePool<T> {
    private final ArrayBlockingQueue<T> free;
    private final Supplier<T> source;

    /** A pool that keeps so many, made by a source. */
    public WorkspacePool(int room, Supplier<T> source) {
        this.free = new ArrayBlockingQueue<>(room);
        this.source = source;
    }

    /** One that is free, or a new one. */
    public T acquire() {
        T workspace = free.poll();
        return workspace == null ? source.get() : workspace;
    }

    /** Gives one back. */
    public void release(T workspace) {
        free.offer(workspace);
    }

    /** Lets those that are free go. */
    public void clear() {
        free.clear();
    }
}
