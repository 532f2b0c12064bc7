package dev.psyne.rpc;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Items of an iterator. */
final class IteratedItems<T> implements Items<T> {
    private final Iterator<? extends T> iterator;
    private long pulled;
    private boolean closed;

    IteratedItems(Iterator<? extends T> iterator) {
        this.iterator = iterator;
    }

    @Override
    public @Nullable T next() {
        if (closed || !iterator.hasNext()) {
            return null;
        }
        T item = iterator.next();
        if (item == null) {
            throw new IllegalArgumentException(
                    "item " + pulled + " is null, which would look like the end; leave it out");
        }
        pulled++;
        return item;
    }

    @Override
    public void close() {
        closed = true;
    }
}
