package dev.psyne.vlm.internal.batch;

import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.sampling.Sampler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what it holds in the decoder, and the tokens its reader has not taken yet. The decoder's side is
 * used by the batch alone; the reader's by one thread at a time.
 */
public final class Sequence {
    /** Tokens not taken at which the decoder goes on without this sequence. */
    private static final int UNREAD_TOKENS = 64;

    private final Sampling sampling;
    private final Sampler sampler;
    private final Prompt prompt;
    private final int mostTokens;
    private final Runnable onRoom;

    private final KeyValueCache cache;
    private final List<PrefixTree.Node> shared = new ArrayList<>();
    private long[] symbols;
    private int length;
    private int computed;
    private int cached;
    private boolean started;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ChosenToken> unread = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private boolean ended;
    private volatile boolean cancelled;

    Sequence(Prompt prompt, Sampling sampling, int mostTokens, KeyValueShape shape, Runnable onRoom) {
        this.prompt = prompt;
        this.sampling = sampling;
        this.sampler = new Sampler(sampling);
        this.mostTokens = mostTokens;
        this.onRoom = onRoom;
        this.cache = new KeyValueCache(shape);
        this.symbols = Arrays.copyOf(prompt.symbols(), prompt.length() + 16);
        this.length = prompt.length();
    }

    // The reader's side.

    /**
     * Waits for the next token.
     *
     * @return nothing after the last one
     */
    public @Nullable ChosenToken next() throws InterruptedException {
        ChosenToken token;
        boolean hasRoom;
        lock.lockInterruptibly();
        try {
            while (unread.isEmpty() && !ended) {
                changed.await();
            }
            token = unread.poll();
            if (token == null && failure != null) {
                throw new IllegalStateException("the model cannot go on: " + failure, failure);
            }
            hasRoom = unread.size() == UNREAD_TOKENS / 2;
        } finally {
            lock.unlock();
        }
        // The batch ends sequences under its own lock, so nobody may ask for that one while holding this.
        if (hasRoom) {
            onRoom.run();
        }
        return token;
    }

    /** Says that no further token is wanted; the decoder leaves it out from its next step on. */
    public void cancel() {
        cancelled = true;
        onRoom.run();
    }

    /** Positions of the prompt that were known from earlier sequences. Settled once there is a token. */
    public int cachedTokens() {
        lock.lock();
        try {
            return cached;
        } finally {
            lock.unlock();
        }
    }

    // The decoder's side.

    void give(ChosenToken token, boolean isLast) {
        lock.lock();
        try {
            unread.add(token);
            ended = isLast;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void end(@Nullable Throwable reason) {
        lock.lock();
        try {
            failure = reason;
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Whether the reader is so far behind that the decoder goes on without it. */
    boolean isUnread() {
        lock.lock();
        try {
            return unread.size() >= UNREAD_TOKENS;
        } finally {
            lock.unlock();
        }
    }

    Sampling sampling() {
        return sampling;
    }

    Sampler sampler() {
        return sampler;
    }

    Prompt prompt() {
        return prompt;
    }

    KeyValueCache cache() {
        return cache;
    }

    /** The pages at the beginning of the cache that others may use as well. */
    List<PrefixTree.Node> shared() {
        return shared;
    }

    /** Symbols there are: the prompt, and what was chosen. */
    int length() {
        return length;
    }

    long symbol(int position) {
        return symbols[position];
    }

    long[] symbols(int from, int to) {
        return Arrays.copyOfRange(symbols, from, to);
    }

    /** Positions whose keys and values are in the cache. */
    int computed() {
        return computed;
    }

    void computed(int positions) {
        computed = positions;
    }

    /** Remembers where it began, the first time. */
    void start(int known) {
        computed = known;
        if (!started) {
            started = true;
            lock.lock();
            try {
                cached = Math.min(known, prompt.length());
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether only the last symbol is to be computed, and a token follows from it. */
    boolean isDecoding() {
        return computed == length - 1 && length > prompt.length();
    }

    /** Tokens chosen. */
    int chosen() {
        return length - prompt.length();
    }

    boolean isFull() {
        return chosen() >= mostTokens;
    }

    void append(int token) {
        if (length == symbols.length) {
            symbols = Arrays.copyOf(symbols, 2 * length);
        }
        symbols[length++] = token;
    }
}
