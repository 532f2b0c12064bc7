package dev.psyne.vlm.internal.batch;

import dev.psyne.tensor.KeyValueShape;
import org.jspecify.annotations.Nullable;

/** The pages of all sequences: those that somebody still fills belong to one, full ones to whoever begins alike. */
final class SequenceMemory {
    private static final int POSITIONS = KeyValueShape.PAGE_POSITIONS;

    private final KeyValueShape shape;
    private final PagePool pool;
    private final PrefixTree tree = new PrefixTree();

    SequenceMemory(KeyValueShape shape, long budgetBytes) {
        this.shape = shape;
        this.pool = new PagePool(shape, PagePool.pages(shape, budgetBytes));
    }

    int pagesMost() {
        return pool.most();
    }

    int pagesUsed() {
        return pool.used();
    }

    /** Positions that all pages hold. */
    int positions() {
        return (int) Math.min(Integer.MAX_VALUE, (long) pool.most() * POSITIONS);
    }

    /** Gives a sequence the pages that are known, and room for all its symbols; false if there is none now. */
    boolean begin(Sequence sequence) {
        PrefixTree.Node node = tree.root();
        int known = 0;
        // The last symbol is always computed: a token follows from it.
        while (known + POSITIONS < sequence.length()) {
            PrefixTree.@Nullable Node next = tree.find(node, sequence.symbols(known, known + POSITIONS));
            if (next == null) {
                break;
            }
            node = next;
            sequence.shared().add(node);
            sequence.cache().append(node.page());
            known += POSITIONS;
        }
        if (!reserve(sequence, sequence.length())) {
            release(sequence);
            return false;
        }
        sequence.start(known);
        return true;
    }

    /** Makes room for so many positions; false if there is none now. */
    boolean reserve(Sequence sequence, int positions) {
        while (sequence.cache().pages() < shape.pages(positions)) {
            float[] page = pool.take();
            if (page == null) {
                page = tree.evict();
            }
            if (page == null) {
                return false;
            }
            sequence.cache().append(page);
        }
        return true;
    }

    /** Lets others use the pages that are full. */
    void share(Sequence sequence) {
        for (int page = sequence.shared().size(); (page + 1) * POSITIONS <= sequence.computed(); page++) {
            PrefixTree.Node before = page == 0 ? tree.root() : sequence.shared().getLast();
            long[] symbols = sequence.symbols(page * POSITIONS, (page + 1) * POSITIONS);
            float[] own = sequence.cache().page(page);
            PrefixTree.@Nullable Node known = tree.find(before, symbols);
            if (known == null) {
                known = tree.add(before, symbols, own);
            } else {
                // Another computed the same meanwhile.
                sequence.cache().replace(page, known.page());
                pool.give(own);
            }
            sequence.shared().add(known);
        }
    }

    /** Takes all pages back; those that are shared stay for who comes. */
    void release(Sequence sequence) {
        while (sequence.cache().pages() > sequence.shared().size()) {
            pool.give(sequence.cache().removeLast());
        }
        while (sequence.cache().pages() > 0) {
            sequence.cache().removeLast();
        }
        sequence.shared().reversed().forEach(tree::release);
        sequence.shared().clear();
    }
}
