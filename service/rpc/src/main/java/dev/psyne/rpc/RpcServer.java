package dev.psyne.rpc;

import dev.psyne.fiber.Scheduler;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a node, ready for connections over any carrier. Immutable; owns nothing that must be closed: the
 * carrier ends connections and the scheduler belongs to who made it.
 *
 * <pre>{@code
 * RpcServer server = RpcServer.builder()
 *         .node("psyne 0.1.0")
 *         .scheduler(scheduler)
 *         .method("text.upper", call -> call.string("text").toUpperCase(Locale.ROOT))
 *         .build();
 * RpcConnection connection = server.connect(sink);
 * }</pre>
 */
public final class RpcServer {
    private final String node;
    private final Map<String, RpcMethod> methods;
    private final Scheduler scheduler;
    private final RpcLimits limits;
    private final ServerMessages messages;

    private RpcServer(Builder builder, Scheduler scheduler) {
        this.node = builder.node;
        this.methods = Collections.unmodifiableMap(new LinkedHashMap<>(builder.methods));
        this.scheduler = scheduler;
        this.limits = builder.limits;
        this.messages = new ServerMessages(limits.frameBytes());
    }

    /** Starts with no methods, the standard limits and the name {@code psyne}; a scheduler must be given. */
    public static Builder builder() {
        return new Builder();
    }

    /** Greets a client: sends hello and returns what takes its frames. */
    public RpcConnection connect(FrameSink sink) {
        sink.send(messages.hello(node, methods.keySet()));
        return new RpcConnection(this, sink);
    }

    RpcMethod method(String name) {
        RpcMethod method = methods.get(name);
        if (method == null) {
            throw new RpcException(ErrorCodes.METHOD_NOT_FOUND, "there is no method '" + name + "'");
        }
        return method;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    RpcLimits limits() {
        return limits;
    }

    ServerMessages messages() {
        return messages;
    }

    /** Gathers what a server needs. */
    public static final class Builder {
        private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,127}");

        private final Map<String, RpcMethod> methods = new LinkedHashMap<>();
        private String node = "psyne";
        private RpcLimits limits = RpcLimits.standard();
        private @Nullable Scheduler scheduler;

        private Builder() {}

        /** The node's name and version, said in hello. */
        public Builder node(String name) {
            this.node = Objects.requireNonNull(name);
            return this;
        }

        /**
         * Offers a method.
         *
         * @param name letters, digits, {@code _ . -}, at most 128; once each
         */
        public Builder method(String name, RpcMethod method) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("a method's name is letters, digits, _ . -, not '" + name + "'");
            }
            if (methods.putIfAbsent(name, Objects.requireNonNull(method)) != null) {
                throw new IllegalArgumentException("there is already a method '" + name + "'");
            }
            return this;
        }

        /** Where calls run. */
        public Builder scheduler(Scheduler jobs) {
            this.scheduler = Objects.requireNonNull(jobs);
            return this;
        }

        /** What one connection may ask for. */
        public Builder limits(RpcLimits perConnection) {
            this.limits = Objects.requireNonNull(perConnection);
            return this;
        }

        /**
         * The server.
         *
         * @throws IllegalStateException without a scheduler
         */
        public RpcServer build() {
            if (scheduler == null) {
                throw new IllegalStateException("an RpcServer needs a scheduler for its calls");
            }
            return new RpcServer(this, scheduler);
        }
    }
}
