package dev.psyne.vlm.internal.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The full pages of all sequences by what they hold and what stood before it: who begins alike finds them. A page that
 * nobody uses stays until its room is wanted; the one that was used longest ago goes first, and never before those behind
 * it. Used by one thread at a time.
 */
final class PrefixTree {
    /** What a page holds: one symbol for each position, a token or a place in a picture. */
    private record Contents(long[] symbols) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Contents(long[] those) && Arrays.equals(symbols, those);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(symbols);
        }
    }

    /** One page. */
    static final class Node {
        private final @Nullable Node before;
        private final Contents contents;
        private final float[] page;
        private final Map<Contents, Node> after = new HashMap<>();
        private int users;
        private long lastUse;

        private Node(@Nullable Node before, Contents contents, float[] page) {
            this.before = before;
            this.contents = contents;
            this.page = page;
        }

        float[] page() {
            return page;
        }
    }

    private final Node root = new Node(null, new Contents(new long[0]), new float[0]);
    private final List<Node> nodes = new ArrayList<>();
    private long clock;

    /** The node every sequence begins behind. */
    Node root() {
        return root;
    }

    /** The page that holds these symbols behind a node, which has a user more from now on; nothing if there is none. */
    @Nullable
    Node find(Node before, long[] symbols) {
        Node node = before.after.get(new Contents(symbols));
        if (node != null) {
            use(node);
        }
        return node;
    }

    /** Adds a page that is not there yet, with one user. */
    Node add(Node before, long[] symbols, float[] page) {
        Node node = new Node(before, new Contents(symbols), page);
        before.after.put(node.contents, node);
        nodes.add(node);
        use(node);
        return node;
    }

    private void use(Node node) {
        node.users++;
        node.lastUse = ++clock;
    }

    /** Says that one user has done with a page. */
    void release(Node node) {
        node.users--;
        node.lastUse = ++clock;
    }

    /** Takes a page back that nobody uses; nothing if all are in use. */
    float @Nullable [] evict() {
        Node oldest = null;
        for (Node node : nodes) {
            boolean isIdle = node.users == 0 && node.after.isEmpty();
            if (isIdle && (oldest == null || node.lastUse < oldest.lastUse)) {
                oldest = node;
            }
        }
        if (oldest == null) {
            return null;
        }
        nodes.remove(oldest);
        if (oldest.before != null) {
            oldest.before.after.remove(oldest.contents);
        }
        return oldest.page;
    }

    /** Pages kept. */
    int size() {
        return nodes.size();
    }

    /** Pages that somebody uses. */
    int used() {
        return (int) nodes.stream().filter(node -> node.users > 0).count();
    }
}
