package dev.psyne.hypha;

import dev.psyne.hypha.internal.call.Answer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service of another client. Its methods are found by name when they are called, values as {@link RemoteMethod} gives
 * them. Any thread may use it.
 *
 * <pre>{@code
 * RemoteService vision = client.service("vision");
 * try (RemoteStream words = vision.stream("ask", Map.of("image", png, "question", "What is it?"))) {
 *     words.forEachRemaining(System.out::print);
 * }
 * }</pre>
 */
public final class RemoteService {
    private final Map<?, ?> members;

    /**
     * A service as its owner describes it.
     *
     * @throws HyphaException if this is no description of a service
     */
    RemoteService(@Nullable Object description) {
        if (!(description instanceof Map<?, ?> map)) {
            throw new HyphaException("a service was asked for, and this came: " + description);
        }
        this.members = map;
    }

    /** Its full id, {@code workspace/client:service}, or what its owner calls it. */
    public String id() {
        return String.valueOf(members.get("id"));
    }

    /** A value beside its methods, {@code name} or {@code group.name}; null if there is none. */
    public @Nullable Object member(String path) {
        Object member = members;
        for (String name : path.split("\\.", -1)) {
            member = member instanceof Map<?, ?> group ? group.get(name) : null;
        }
        return member;
    }

    /**
     * A method, {@code name} or {@code group.name}.
     *
     * @throws HyphaException if there is none
     */
    public RemoteMethod method(String path) {
        if (member(path) instanceof RemoteMethod method) {
            return method;
        }
        throw new HyphaException("the service " + id() + " has no method '" + path + "'");
    }

    /** Calls a method with arguments by position and waits for its result. */
    public @Nullable Object call(String path, @Nullable Object... arguments) {
        return Answer.await(method(path).call(Arrays.asList(arguments), Map.of()));
    }

    /** Calls a method with arguments by name and waits for its result. */
    public @Nullable Object call(String path, Map<String, ?> keywords) {
        return Answer.await(method(path).call(List.of(), keywords));
    }

    /**
     * Calls a method that answers with a generator.
     *
     * @throws HyphaException if it answers with something else
     */
    public RemoteStream stream(String path, Map<String, ?> keywords) {
        if (call(path, keywords) instanceof RemoteStream stream) {
            return stream;
        }
        throw new HyphaException("the method '" + path + "' of " + id() + " does not answer with a generator");
    }
}
