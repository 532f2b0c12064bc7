package dev.psyne.vlm.internal.scenes;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Workspaces that are free, kept for the next to come; at most as many as the pool has room for. Who finds none makes
 * one: how many are in use at a time is bounded by the callers, who hold one for each picture or answer in progress.
 */
final class WorkspacePool<T> {
    private final ArrayBlockingQueue<T> free;
    private final Supplier<T> source;

    WorkspacePool(int room, Supplier<T> source) {
        this.free = new ArrayBlockingQueue<>(room);
        this.source = source;
    }

    T acquire() {
        T workspace = free.poll();
        return workspace == null ? source.get() : workspace;
    }

    void release(T workspace) {
        free.offer(workspace);
    }

    void clear() {
        free.clear();
    }
}
