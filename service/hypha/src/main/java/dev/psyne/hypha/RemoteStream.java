package dev.psyne.hypha;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The elements of another client's generator, each fetched when it is asked for. {@code hasNext} and {@code next} wait
 * for the other side and throw {@link HyphaException} if it fails. For one thread at a time. Close it if it is not read
 * to its end, so that the other side can let go of the generator.
 */
public interface RemoteStream extends Iterator<@Nullable Object>, AutoCloseable {
    /** Lets the generator end; does nothing after its end. Does not wait for the other side. */
    @Override
    void close();
}
