package dev.psyne.tensor;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** Scratch of jobs that ended, for jobs that start. Keeps as many as it has slots; lock-free. */
final class ScratchPool {
    private final AtomicReferenceArray<Scratch> slots;

    ScratchPool(int slots) {
        this.slots = new AtomicReferenceArray<>(slots);
    }

    Scratch acquire() {
        for (int i = 0; i < slots.length(); i++) {
            if (slots.getPlain(i) != null) {
                Scratch scratch = slots.getAndSet(i, null);
                if (scratch != null) {
                    return scratch;
                }
            }
        }
        return new Scratch();
    }

    void release(Scratch scratch) {
        for (int i = 0; i < slots.length(); i++) {
            if (slots.getPlain(i) == null && slots.compareAndSet(i, null, scratch)) {
                return;
            }
        }
    }
}
