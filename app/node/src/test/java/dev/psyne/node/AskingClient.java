package dev.psyne.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of psyne.v1 that asks {@code vision.ask} as the page does, one question after the other. */
final class AskingClient implements AutoCloseable, WebSocket.Listener {
    private static final int CREDIT = 1_000;

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private final JsonMapper json = new JsonMapper();
    private final WebSocket socket;
    private int lastId;

    AskingClient(HttpClient client, URI node) {
        URI address = URI.create("ws://" + node.getAuthority() + RpcEndpoint.PATH);
        this.socket = client.newWebSocketBuilder()
                .subprotocols(RpcEndpoint.SUBPROTOCOL)
                .buildAsync(address, this)
                .join();
    }

    /** The message that ends the call: {@code end} or {@code error}. */
    JsonNode ask(String model, List<byte[]> images, String question) throws IOException, InterruptedException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(5).packString("t").packString("call");
            packer.packString("id").packInt(++lastId);
            packer.packString("method").packString("vision.ask");
            packer.packString("credit").packInt(CREDIT);
            packer.packString("args").packMapHeader(4);
            packer.packString("model").packString(model);
            packer.packString("question").packString(question);
            packer.packString("max_tokens").packInt(8);
            packer.packString("images").packArrayHeader(images.size());
            for (byte[] image : images) {
                packer.packBinaryHeader(image.length).addPayload(image);
            }
            socket.sendBinary(ByteBuffer.wrap(packer.toByteArray()), true).join();
        }
        while (true) {
            JsonNode message = read(received.take());
            String type = message.path("t").asString();
            if (type.equals("end") || type.equals("error")) {
                return message;
            }
        }
    }

    /** Calls any method with string, binary and array arguments; the message that ends the call. */
    Map<Value, Value> call(String method, Map<String, ?> arguments) throws IOException, InterruptedException {
        send(method, arguments, 0);
        return next(List.of("end", "error"));
    }

    /** Calls any method, ready for one item; the item, or the message that ends the call before it. */
    Map<Value, Value> first(String method, Map<String, ?> arguments) throws IOException, InterruptedException {
        send(method, arguments, 1);
        return next(List.of("item", "end", "error"));
    }

    private void send(String method, Map<String, ?> arguments, int credit) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(5).packString("t").packString("call");
            packer.packString("id").packInt(++lastId);
            packer.packString("method").packString(method);
            packer.packString("credit").packInt(credit);
            packer.packString("args").packMapHeader(arguments.size());
            for (Map.Entry<String, ?> argument : arguments.entrySet()) {
                packer.packString(argument.getKey());
                pack(packer, argument.getValue());
            }
            socket.sendBinary(ByteBuffer.wrap(packer.toByteArray()), true).join();
        }
    }

    private Map<Value, Value> next(List<String> types) throws IOException, InterruptedException {
        while (true) {
            try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(received.take())) {
                Map<Value, Value> message = unpacker.unpackValue().asMapValue().map();
                if (types.contains(text(message, "t"))) {
                    return message;
                }
            }
        }
    }

    private static void pack(MessageBufferPacker packer, Object value) throws IOException {
        switch (value) {
            case String text -> packer.packString(text);
            case byte[] bytes -> packer.packBinaryHeader(bytes.length).addPayload(bytes);
            case List<?> list -> {
                packer.packArrayHeader(list.size());
                for (Object element : list) {
                    pack(packer, element);
                }
            }
            default -> throw new IllegalArgumentException("cannot pack " + value);
        }
    }

    /** What a message holds under a key. */
    static Value of(Map<Value, Value> message, String key) {
        return message.getOrDefault(ValueFactory.newString(key), ValueFactory.newNil());
    }

    static String text(Map<Value, Value> message, String key) {
        return of(message, key).asStringValue().asString();
    }

    private JsonNode read(byte[] message) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(message)) {
            return json.readTree(unpacker.unpackValue().toJson());
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        part.writeBytes(bytes);
        if (last) {
            received.add(part.toByteArray());
            part.reset();
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
