package dev.psyne.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A client that sends exactly the bytes it is told to, at the pace it is told to. */
final class RawClient implements AutoCloseable {
    static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};
    private static final String WEB_SOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** An answer as read from the socket. */
    record Answer(int status, Map<String, String> headers, String body) {}

    /** A WebSocket frame as read from the socket; its payload byte by byte as Latin-1. */
    record Frame(int opcode, String payload) {
        int closeCode() {
            return (payload.charAt(0) << 8) | payload.charAt(1);
        }
    }

    private final int port;
    private final Socket socket;
    private final DataInputStream in;

    RawClient(int port) throws IOException {
        this.port = port;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(TestServer.AWAIT_SECONDS));
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Sends lines with their ends put right; the last line is followed by the empty one that ends a header. */
    RawClient header(String... lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return send(text.append("\r\n").toString());
    }

    RawClient get(String path, String... headers) throws IOException {
        return request("GET", path, headers);
    }

    RawClient request(String method, String path, String... headers) throws IOException {
        String[] lines = new String[headers.length + 2];
        lines[0] = method + " " + path + " HTTP/1.1";
        lines[1] = "Host: localhost:" + port;
        System.arraycopy(headers, 0, lines, 2, headers.length);
        return header(lines);
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    Answer answer() throws IOException {
        String line = line();
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int status = Integer.parseInt(line.substring(9, 12));
        byte[] body = new byte[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        in.readFully(body);
        return new Answer(status, headers, new String(body, ISO_8859_1));
    }

    /** One chunk of a chunked answer; empty for the last. */
    String chunk() throws IOException {
        byte[] body = new byte[Integer.parseInt(line(), 16)];
        in.readFully(body);
        line();
        return new String(body, ISO_8859_1);
    }

    RawClient openWebSocket(String path, String subprotocol) throws IOException {
        return get(
                path,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + WEB_SOCKET_KEY,
                "Sec-WebSocket-Protocol: " + subprotocol);
    }

    RawClient frame(int firstByte, byte[] payload) throws IOException {
        return send(encodeFrame(firstByte, payload));
    }

    Frame frame() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        byte[] payload =
                new byte[length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length];
        in.readFully(payload);
        return new Frame(opcode, new String(payload, ISO_8859_1));
    }

    /** Says that nothing more will be sent. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Whether the server ends the connection, with or without bytes before. */
    boolean readsEnd() throws IOException {
        byte[] rest = new byte[4096];
        int read = 0;
        while (read >= 0) {
            read = in.read(rest);
        }
        return true;
    }

    static byte[] encodeFrame(int firstByte, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(firstByte);
        int length = payload.length;
        if (length < 126) {
            out.write(0x80 | length);
        } else if (length < 65_536) {
            out.write(0x80 | 126);
            out.write(length >> 8);
            out.write(length);
        } else {
            out.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) length >>> shift));
            }
        }
        out.writeBytes(MASK);
        for (int i = 0; i < length; i++) {
            out.write(payload[i] ^ MASK[i & 3]);
        }
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
