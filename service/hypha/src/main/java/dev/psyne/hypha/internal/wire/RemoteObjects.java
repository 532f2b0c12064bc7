package dev.psyne.hypha.internal.wire;

import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes what is called here out of what others have encoded. */
public interface RemoteObjects {
    /** A method or callback; throws IllegalArgumentException if it names no target or method. */
    RemoteMethod method(Map<String, @Nullable Object> encoded);

    /** A generator; throws IllegalArgumentException if it names no target or method. */
    RemoteStream generator(Map<String, @Nullable Object> encoded);
}
