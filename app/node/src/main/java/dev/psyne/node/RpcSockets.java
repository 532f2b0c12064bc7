package dev.psyne.node;

import dev.psyne.net.ConnectionClosedException;
import dev.psyne.net.WebSocketConnection;
import dev.psyne.net.WebSocketHandler;
import dev.psyne.net.WebSocketListener;
import dev.psyne.rpc.MessageSocket;
import dev.psyne.rpc.RpcNode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Joins WebSockets to psyne.v2: frames are read where the network has put them, as they come. */
record RpcSockets(RpcNode node) implements WebSocketHandler {
    static final String SUBPROTOCOL = "psyne.v2";
    private static final int UNSUPPORTED_DATA = 1003;

    @Override
    public WebSocketListener open(WebSocketConnection connection) {
        return new Received(connection, node.accept(new Socket(connection)));
    }

    private record Received(WebSocketConnection connection, MessageSocket.Events events) implements WebSocketListener {
        @Override
        public boolean takesParts() {
            return true;
        }

        @Override
        public void onBinaryPart(MemorySegment part, boolean last) {
            events.received(part, last);
        }

        @Override
        public void onBinary(MemorySegment message) {
            events.received(message, true);
        }

        @Override
        public void onWritable() {
            events.writable();
        }

        @Override
        public void onText(String text) {
            connection.close(UNSUPPORTED_DATA, "psyne.v2 speaks binary messages only");
        }

        @Override
        public void onClose() {
            events.closed();
        }
    }

    private record Socket(WebSocketConnection connection) implements MessageSocket {
        @Override
        public void awaitWritable() {
            connection.awaitWritable();
        }

        @Override
        public boolean trySend(int bytes, Consumer<MemorySegment> writer) throws IOException {
            try {
                return connection.trySend(bytes, writer);
            } catch (ConnectionClosedException closed) {
                throw new IOException(closed);
            }
        }

        @Override
        public void close(int status, String reason) {
            connection.close(status, reason);
        }

        @Override
        public String peer() {
            return "a client of the WebSocket";
        }
    }
}
