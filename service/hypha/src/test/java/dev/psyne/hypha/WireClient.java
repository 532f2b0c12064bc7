package dev.psyne.hypha;

import dev.psyne.hypha.internal.session.RecordedSocket;
import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.net.WebSocketListener;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackReader;
import dev.psyne.rpc.MessagePackWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that writes its own frames, over a socket without a network. */
final class WireClient {
    private static final MessagePackLimits LIMITS = MessagePackLimits.lenient(64, 1 << 20, 1 << 10);
    private static final JsonMapper JSON = new JsonMapper();

    final RecordedSocket socket = new RecordedSocket();
    final WebSocketListener listener;
    private int calls;

    private WireClient(HyphaServer server, Map<String, List<String>> queries) {
        socket.queries = queries;
        listener = server.webSocket().open(socket);
    }

    /** Opened, and silent. */
    static WireClient open(HyphaServer server) {
        return new WireClient(server, Map.of());
    }

    /** Opened with a query behind the path. */
    static WireClient open(HyphaServer server, Map<String, List<String>> queries) {
        return new WireClient(server, queries);
    }

    /** Connected without a token. */
    static WireClient connect(HyphaServer server, String id) {
        return open(server).hello(Map.of("client_id", id));
    }

    WireClient hello(Map<String, String> fields) {
        listener.onText(JSON.writeValueAsString(fields));
        return this;
    }

    /** The server's answer to the first message. */
    JsonNode info() {
        return JSON.readTree(socket.texts.getFirst());
    }

    String workspace() {
        return info().path("workspace").asString();
    }

    String address() {
        return workspace() + "/" + info().path("client_id").asString();
    }

    String manager() {
        return "*/" + info().path("manager_id").asString();
    }

    /** Calls a method of the manager and waits for the answer. */
    @Nullable
    Object ask(String method, @Nullable Object... arguments) {
        return answer(call(manager(), "services.default." + method, arguments));
    }

    /** Sends a call and returns its session. */
    String call(String target, String method, @Nullable Object... arguments) {
        String session = "s" + calls++;
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("from", "anybody/else");
        main.put("to", target);
        main.put("method", method);
        main.put("session", session);
        send(main, Map.of("args", Arrays.asList(arguments), "promise", "*", "t", 10.0));
        return session;
    }

    void send(Map<String, ? extends @Nullable Object> main, @Nullable Map<String, ? extends @Nullable Object> extra) {
        MessagePackWriter frame = new MessagePackWriter(1 << 24, MessagePackLimits.MAX_DEPTH).value(main);
        listener.onBinary(MemorySegment.ofArray((extra == null ? frame : frame.value(extra)).toFrame()));
    }

    /** Answers a call that came. */
    void resolve(Frame call, @Nullable Object value) {
        Map<String, @Nullable Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("to", call.from());
        main.put("method", call.session() + ".resolve");
        send(main, Map.of("args", Collections.singletonList(value)));
    }

    /** What a call gave; a failure is thrown as HyphaException. */
    @Nullable
    Object answer(String session) {
        @Nullable Frame[] found = new Frame[1];
        await(() -> {
            found[0] = socket.frames.stream()
                    .map(Frame::read)
                    .filter(each -> String.valueOf(each.method()).startsWith(session + ".re"))
                    .findFirst()
                    .orElse(null);
            return found[0] != null;
        });
        Frame frame = Objects.requireNonNull(found[0]);
        List<?> values = (List<?>) extra(frame).get("args");
        Object value = values == null ? null : values.getFirst();
        if (String.valueOf(frame.method()).endsWith(".reject")) {
            throw new HyphaException(value instanceof Map<?, ?> error ? (String) error.get("_rvalue") : "none");
        }
        return value;
    }

    List<Frame> received(String type) {
        return socket.frames.stream()
                .map(Frame::read)
                .filter(frame -> type.equals(frame.type()))
                .toList();
    }

    static Map<String, @Nullable Object> extra(Frame frame) {
        return new MessagePackReader(frame.extra(), LIMITS).readMap();
    }

    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    void leave() {
        socket.close(1000, "bye");
        listener.onClose();
    }
}
