package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaMethod;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Elements that a peer fetches one by one. Its source is closed once: at the end, after a failure or when told so. */
final class LocalGenerator {
    /** What a peer gets behind the last element. */
    static final Map<String, @Nullable Object> STOP = Map.of("_rtype", "stop_iteration");

    private final Iterator<?> elements;
    private final Object source;
    private final Runnable ended;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean closed;
    private boolean finished;

    /**
     * A generator nobody has read yet.
     *
     * @param source closed with the generator if it is AutoCloseable
     * @param ended runs once, at the end
     */
    LocalGenerator(Iterator<?> elements, Object source, Runnable ended) {
        this.elements = elements;
        this.source = source;
        this.ended = ended;
    }

    /** Fetches one element. */
    record Next(LocalGenerator generator) implements HyphaMethod {
        @Override
        public @Nullable Object invoke(HyphaCall call) throws Exception {
            return generator.next();
        }
    }

    /** Ends the generator. */
    record Close(LocalGenerator generator) implements HyphaMethod {
        @Override
        public Object invoke(HyphaCall call) throws Exception {
            generator.close();
            return true;
        }
    }

    private @Nullable Object next() throws Exception {
        turn.lockInterruptibly();
        try {
            return nextHere();
        } finally {
            turn.unlock();
            if (closed) {
                tryFinish();
            }
        }
    }

    private @Nullable Object nextHere() throws Exception {
        boolean more = false;
        try {
            more = !closed && elements.hasNext();
            if (more) {
                return elements.next();
            }
        } catch (RuntimeException | Error e) {
            more = false;
            throw e;
        } finally {
            if (!more) {
                finish();
            }
        }
        return STOP;
    }

    /** Ends it; the source is closed at once, or by whoever is fetching from it. */
    void close() throws Exception {
        closed = true;
        tryFinish();
    }

    private void tryFinish() throws Exception {
        if (turn.tryLock()) {
            try {
                finish();
            } finally {
                turn.unlock();
            }
        }
    }

    private void finish() throws Exception {
        closed = true;
        if (!finished) {
            finished = true;
            ended.run();
            if (source instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
