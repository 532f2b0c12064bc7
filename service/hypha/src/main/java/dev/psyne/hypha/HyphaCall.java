package dev.psyne.hypha;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call of a method that this program serves. Values are as {@link RemoteMethod} gives them. */
public interface HyphaCall {
    /** The arguments given by position. */
    List<@Nullable Object> arguments();

    /** The arguments given by name. */
    Map<String, @Nullable Object> keywords();

    /**
     * What the router says of the call: {@code from}, {@code to}, {@code ws}, {@code user} and more. Unlike arguments it
     * is not the caller's word.
     */
    Map<String, @Nullable Object> context();

    /** Whether nobody waits for the answer any more: the caller is gone or the generator closed. */
    boolean cancelled();

    /** The caller's address, {@code workspace/client}. */
    default String caller() {
        return String.valueOf(context().get("from"));
    }

    /** The caller's workspace. */
    default String workspace() {
        return context().get("ws") instanceof String workspace ? workspace : caller().split("/", 2)[0];
    }

    /** The argument of this name, or else the one at this position; null if it is absent or null. */
    default @Nullable Object argument(int position, String name) {
        if (keywords().containsKey(name)) {
            return keywords().get(name);
        }
        return position < arguments().size() ? arguments().get(position) : null;
    }

    /**
     * The argument of this name or at this position.
     *
     * @throws HyphaException if it is absent or no string
     */
    default String string(int position, String name) {
        if (argument(position, name) instanceof String text) {
            return text;
        }
        throw new HyphaException("TypeError: the argument '" + name + "' must be a string");
    }
}
