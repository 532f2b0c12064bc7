package dev.psyne.node;

import dev.psyne.net.WebSocketConnection;
import dev.psyne.net.WebSocketHandler;
import dev.psyne.net.WebSocketListener;
import dev.psyne.rpc.FrameSink;
import dev.psyne.rpc.RpcConnection;
import dev.psyne.rpc.RpcServer;
import java.lang.foreign.MemorySegment;

/** Joins a WebSocket to psyne.v1: one binary message is one frame. */
final class RpcEndpoint implements WebSocketHandler {
    static final String PATH = "/psyne";
    static final String SUBPROTOCOL = "psyne.v1";
    private static final int UNSUPPORTED_DATA = 1003;

    private final RpcServer rpc;

    RpcEndpoint(RpcServer rpc) {
        this.rpc = rpc;
    }

    @Override
    public WebSocketListener open(WebSocketConnection socket) {
        RpcConnection connection = rpc.connect(new SocketSink(socket));
        return new WebSocketListener() {
            @Override
            public void onBinary(MemorySegment frame) {
                connection.onFrame(frame);
            }

            @Override
            public void onText(String text) {
                socket.close(UNSUPPORTED_DATA, "psyne.v1 speaks binary messages only");
            }

            @Override
            public void onClose() {
                connection.onClosed();
            }
        };
    }

    private record SocketSink(WebSocketConnection socket) implements FrameSink {
        @Override
        public void send(byte[] frame) {
            socket.send(frame);
        }

        @Override
        public void close(int code, String reason) {
            socket.close(code, reason);
        }
    }
}
