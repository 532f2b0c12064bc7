package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.RemoteMethod;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.hypha.internal.wire.RemoteObjects;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a peer's frame gives to us.
 *
 * @param endpoint calls it
 * @param workspace the peer's, for addresses without one
 * @param parent the session of the peer that the frame belongs to, if any
 */
record PeerObjects(
        Endpoint endpoint, String workspace, @Nullable String parent) implements RemoteObjects {
    @Override
    public RemoteMethod method(Map<String, @Nullable Object> encoded) {
        String target = text(encoded, "_rtarget");
        Map<String, @Nullable Object> full = new LinkedHashMap<>(encoded);
        full.put("_rtarget", target.indexOf('/') < 0 ? workspace + "/" + target : target);
        text(full, "_rmethod");
        return new CalledMethod(endpoint, full, parent);
    }

    @Override
    public RemoteStream generator(Map<String, @Nullable Object> encoded) {
        RemoteMethod next = method(encoded);
        if (!(encoded.get("_rclose_method") instanceof String path)) {
            return new CalledStream(next, null);
        }
        Map<String, @Nullable Object> close = new LinkedHashMap<>(encoded);
        close.put("_rtype", "method");
        close.put("_rmethod", path);
        return new CalledStream(next, method(close));
    }

    private static String text(Map<String, @Nullable Object> encoded, String field) {
        if (encoded.get(field) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException(
                "the field '" + field + "' of an encoded " + encoded.get("_rtype") + " is broken");
    }
}
