package dev.psyne.hypha.internal.wire;

import dev.psyne.hypha.HyphaMethod;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes what others can call out of what is here; each answer is the encoded object. */
public interface LocalObjects {
    /** A method or callback. */
    Map<String, @Nullable Object> method(HyphaMethod method);

    /** A generator over the elements; {@code source} is closed at its end if it is AutoCloseable. */
    Map<String, @Nullable Object> generator(Iterator<?> elements, Object source);

    /** An object of methods that outlives the call: a map that says {@code _rintf}. */
    Map<String, @Nullable Object> face(Map<String, @Nullable Object> object);
}
