package dev.psyne.net;

import java.nio.charset.StandardCharsets;

/** Server-sent events in a streamed body; each event is sent at once. */
final class NettyEventStream implements EventStream {
    private final ByteStream bytes;

    NettyEventStream(ByteStream bytes) {
        this.bytes = bytes;
    }

    @Override
    public boolean send(String data) {
        return bytes.isOpen() && bytes.send(encode(data));
    }

    @Override
    public boolean isOpen() {
        return bytes.isOpen();
    }

    @Override
    public void close() {
        bytes.close();
    }

    /** WHATWG HTML, section 9.2.6: a line ends with CR LF, LF or CR, and each becomes a field of its own. */
    static byte[] encode(String data) {
        StringBuilder event = new StringBuilder(data.length() + 16).append("data: ");
        for (int i = 0; i < data.length(); i++) {
            char c = data.charAt(i);
            if (c == '\r' && i + 1 < data.length() && data.charAt(i + 1) == '\n') {
                continue;
            }
            if (c == '\n' || c == '\r') {
                event.append("\ndata: ");
            } else {
                event.append(c);
            }
        }
        return event.append("\n\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
