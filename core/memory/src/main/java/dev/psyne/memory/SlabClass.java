package dev.psyne.memory;

import org.jspecify.annotations.Nullable;

/**
 * All slabs of one block size. Blocks are taken and given in batches, under this object's monitor; the pages behind a
 * slab come from the {@link BlockStore}, whose monitor may be taken while this one is held and never the other way.
 */
final class SlabClass {
    final int index;
    final int blockBytes;
    final int slabBytes;
    final int blocks;

    private final BlockStore store;

    /** The slabs that hold blocks; the one that got its first block back last comes first. */
    private @Nullable Slab first;

    SlabClass(BlockStore store, int index, int blockBytes, int slabBytes) {
        this.index = index;
        this.store = store;
        this.blockBytes = blockBytes;
        this.slabBytes = slabBytes;
        this.blocks = slabBytes / blockBytes;
    }

    /** Takes up to so many blocks; fewer, or none, if the region has no room for another slab. */
    synchronized int take(long[] into, int at, int count) {
        int taken = 0;
        while (taken < count) {
            Slab slab = first;
            if (slab == null) {
                slab = store.openSlab(this);
                if (slab == null) {
                    return taken;
                }
                insert(slab);
            }
            while (taken < count && !slab.isDrained()) {
                into[at + taken] = slab.take();
                taken++;
            }
            if (slab.isDrained()) {
                unlink(slab);
            }
        }
        return taken;
    }

    /** Gives blocks back; slabs that are whole again go back to the store, save the last. */
    synchronized void give(long[] from, int at, int count) {
        for (int i = at; i < at + count; i++) {
            Slab slab = store.slabOf(from[i]);
            if (slab.isDrained()) {
                insert(slab);
            }
            slab.give(from[i]);
            if (slab.isFull() && (slab.next != null || slab.previous != null)) {
                close(slab);
            }
        }
    }

    /** Gives the last slab back too, if it is whole. */
    synchronized void trim() {
        Slab slab = first;
        while (slab != null) {
            Slab next = slab.next;
            if (slab.isFull()) {
                close(slab);
            }
            slab = next;
        }
    }

    private void close(Slab slab) {
        unlink(slab);
        store.closeSlab(slab);
    }

    private void insert(Slab slab) {
        Slab second = first;
        if (second != null) {
            second.previous = slab;
        }
        slab.next = second;
        first = slab;
    }

    private void unlink(Slab slab) {
        Slab next = slab.next;
        Slab previous = slab.previous;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            first = next;
        }
        slab.next = null;
        slab.previous = null;
    }
}
