package dev.psyne.bench.hypha;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that is a socket and nothing else, so that ten thousand fit beside the node; one thread's at a time. */
final class RawClient implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BUFFER_BYTES = 512;
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int PING = 0x89;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final JsonNode info;

    /** Connects and is let in. */
    RawClient(URI node, Map<String, String> hello) throws IOException {
        this.socket = new Socket(node.getHost(), node.getPort());
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
        this.out = socket.getOutputStream();
        upgrade(node);
        send(TEXT, JSON.writeValueAsString(hello).getBytes(StandardCharsets.UTF_8));
        this.info = JSON.readTree(new String(read(), StandardCharsets.UTF_8));
        if (!"connection_info".equals(info.path("type").asString())) {
            throw new IOException("the node did not let a client in: " + info);
        }
    }

    private void upgrade(URI node) throws IOException {
        out.write(("GET /ws HTTP/1.1\r\nHost: " + node.getAuthority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        int tail = 0;
        while (tail != 0x0d0a0d0a) {
            tail = tail << 8 | in.readUnsignedByte();
        }
    }

    /** {@code workspace/client}. */
    String address() {
        return info.path("workspace").asString() + "/" + info.path("client_id").asString();
    }

    void sendBinary(byte[] message) throws IOException {
        send(BINARY, message);
    }

    /** With a mask of zeros, which leaves the bytes as they are. */
    private void send(int kind, byte[] message) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(message.length + 14).put((byte) kind);
        if (message.length < LENGTH_16) {
            frame.put((byte) (MASKED | message.length));
        } else if (message.length <= 0xFFFF) {
            frame.put((byte) (MASKED | LENGTH_16)).putShort((short) message.length);
        } else {
            frame.put((byte) (MASKED | LENGTH_64)).putLong(message.length);
        }
        frame.putInt(0).put(message);
        out.write(frame.array(), 0, frame.position());
    }

    /** The next message; pings are passed over. */
    byte[] read() throws IOException {
        while (true) {
            int kind = in.readUnsignedByte();
            long length = in.readUnsignedByte();
            if (length == LENGTH_16) {
                length = in.readUnsignedShort();
            } else if (length == LENGTH_64) {
                length = in.readLong();
            }
            byte[] message = in.readNBytes(Math.toIntExact(length));
            if (kind == TEXT || kind == BINARY) {
                return message;
            }
            if (kind != PING) {
                throw new IOException("the node closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
