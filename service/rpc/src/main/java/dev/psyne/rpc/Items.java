package dev.psyne.rpc;

import org.jspecify.annotations.Nullable;

/**
 * Items that come one after the other, as a method's last parameter or as its result, pulled by their reader: the writer
 * makes no more of them than the reader has room for.
 *
 * <pre>{@code
 * try (Items<String> words = vision.ask(picture, "What is in the picture?")) {
 *     for (String word = words.next(); word != null; word = words.next()) {
 *         print(word);
 *     }
 * }
 * }</pre>
 *
 * <p>One thread at a time reads. Closing before the end tells the writer that no more are wanted. What an item holds of
 * memory, a {@code Tensor} or a {@code MemorySegment}, ends with the next call of {@link #next} or {@link #close}.
 *
 * @param <T> never null: null is the end
 */
public interface Items<T> extends AutoCloseable {
    /**
     * Waits for the next item.
     *
     * @return null at the end, from then on and after {@link #close}
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is lost, it may ask again
     * @throws RpcException if the writer failed, from then on
     */
    @Nullable
    T next() throws InterruptedException;

    /** Wants no more. Again is nothing. */
    @Override
    void close();

    /**
     * Items that are there already, or are made as they are pulled.
     *
     * @param items asked for one iterator at once; a null among them is an {@link IllegalArgumentException} when it is
     *     pulled, for it would look like the end
     */
    static <T> Items<T> of(Iterable<? extends T> items) {
        return new IteratedItems<>(items.iterator());
    }
}
