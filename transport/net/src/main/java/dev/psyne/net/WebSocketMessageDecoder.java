package dev.psyne.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's frames (RFC 6455, section 5) into whole messages. The room for a frame is reserved from the byte budget
 * when its header is known; its payload is unmasked on its one way from the socket's buffer to there. A message that lies
 * whole in the socket's buffer, and whose receiver need not keep it, is unmasked and read there. Stops for good after a close
 * frame or the first broken rule.
 *
 * <pre>
 *  byte 0              byte 1            then
 * +-+---+------+     +-+-------+     +------------------------+----------+---------
 * |F| R |opcode|     |M|  len7 |     | length, 0, 2 or 8 bytes | mask, 4  | payload
 * +-+---+------+     +-+-------+     +------------------------+----------+---------
 *  F: last frame of its message; R: 0; M: 1 from a client; len7: 126 and 127 announce the longer lengths
 * </pre>
 */
final class WebSocketMessageDecoder extends ChannelInboundHandlerAdapter implements WebSocketFrameDecoder {
    /** What the frames say, on the event loop. Who gets a payload releases it. */
    interface Events {
        /** Whether a binary message that begins here is wanted in parts. */
        boolean wantsParts();

        /** Bytes of a message that is wanted in parts, read during the call alone. */
        void binaryPart(MemorySegment part, boolean last);

        /** A binary message whose bytes are read during the call alone; false if it has to be kept. */
        boolean binaryAtOnce(MemorySegment message);

        /** One that has to be kept. */
        void binary(Payload message);

        void text(String message, Payload memory);

        void ping(byte[] data);

        /** The peer closes with {@code code}; nothing follows. */
        void peerClosed(int code);

        /** The peer broke a rule or a bound, or there is no memory for it; nothing follows. */
        void refused(int code, String reason);
    }

    static final int PROTOCOL_ERROR = 1002;
    static final int INVALID_PAYLOAD = 1007;
    static final int MESSAGE_TOO_BIG = 1009;
    static final int TRY_AGAIN_LATER = 1013;
    static final int NO_STATUS = 1005;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int MAX_CONTROL_BYTES = 125;
    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;
    private static final int MASK_BYTES = 4;
    private static final int MAX_HEADER_BYTES = 14;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private final PayloadMemory payloads;
    private final int maxMessageBytes;
    private final Events events;
    private final ByteBuf header = Unpooled.buffer(MAX_HEADER_BYTES, MAX_HEADER_BYTES);
    private final byte[] control = new byte[MAX_CONTROL_BYTES];
    private @Nullable Payload message;
    private int messageOpcode;
    private boolean kept;
    private boolean inParts;
    private int partBytes;
    private boolean last;
    private int opcode;
    private int mask;
    private int frameBytes;
    private int readBytes;
    private boolean inPayload;
    private boolean stopped;

    WebSocketMessageDecoder(PayloadMemory payloads, int maxMessageBytes, Events events) {
        this.payloads = payloads;
        this.maxMessageBytes = maxMessageBytes;
        this.events = events;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) {
        ByteBuf bytes = (ByteBuf) input;
        try {
            while (!stopped && (inPayload ? readPayload(bytes) : readHeader(bytes))) {
                // Each turn ends one part of a frame; the last one finds too few bytes.
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    /** Reads nothing from here on, and drops the message that was being read; on the event loop. */
    void stop() {
        stopped = true;
        if (message != null) {
            message.release();
            message = null;
        }
    }

    private boolean readHeader(ByteBuf bytes) {
        while (header.readableBytes() < headerBytes()) {
            if (!bytes.isReadable()) {
                return false;
            }
            header.writeByte(bytes.readByte());
        }
        int first = header.getUnsignedByte(0);
        int second = header.getUnsignedByte(1);
        last = (first & 0x80) != 0;
        opcode = first & 0x0F;
        if ((second & 0x80) == 0) {
            return refuse(PROTOCOL_ERROR, "a client's frame must be masked");
        }
        if ((first & 0x70) != 0) {
            return refuse(PROTOCOL_ERROR, "an extension bit is set, and none was negotiated");
        }
        mask = header.getInt(header.readableBytes() - MASK_BYTES);
        long length = payloadBytes(second & 0x7F);
        header.clear();
        if (length < 0) {
            return refuse(PROTOCOL_ERROR, "a frame's length must be in its shortest form");
        }
        return opcode >= CLOSE ? beginControl(length) : beginData(length, bytes);
    }

    /** Bytes of the header as far as it is known; two at first, and no more if those are wrong already. */
    private int headerBytes() {
        if (header.readableBytes() < 2 || (header.getByte(1) & 0x80) == 0) {
            return 2;
        }
        int length = header.getUnsignedByte(1) & 0x7F;
        return 2 + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0) + MASK_BYTES;
    }

    /** "The minimal number of bytes MUST be used to encode the length"; -1 where it was not. */
    private long payloadBytes(int length7) {
        if (length7 == LENGTH_16) {
            int length = header.getUnsignedShort(2);
            return length < LENGTH_16 ? -1 : length;
        }
        if (length7 == LENGTH_64) {
            long length = header.getLong(2);
            return length <= 0xFFFF ? -1 : length;
        }
        return length7;
    }

    private boolean beginControl(long length) {
        if (opcode > PONG) {
            return refuse(PROTOCOL_ERROR, "unknown opcode " + opcode);
        }
        if (!last || length > MAX_CONTROL_BYTES) {
            return refuse(PROTOCOL_ERROR, "a control frame has at most 125 bytes and no fragments");
        }
        return beginPayload((int) length);
    }

    private boolean beginData(long length, ByteBuf bytes) {
        Payload begun = message;
        if (opcode > BINARY) {
            return refuse(PROTOCOL_ERROR, "unknown opcode " + opcode);
        }
        if ((opcode == CONTINUATION) != (begun != null || inParts)) {
            return refuse(PROTOCOL_ERROR, "a fragment is out of order");
        }
        long before = inParts ? partBytes : begun == null ? 0 : begun.bytes();
        if (length > maxMessageBytes - before) {
            return refuse(MESSAGE_TOO_BIG, "a message has at most " + maxMessageBytes + " bytes");
        }
        inParts |= opcode == BINARY && events.wantsParts();
        if (inParts) {
            partBytes += (int) length;
            return beginPayload((int) length);
        }
        if (opcode == BINARY && last && length <= bytes.readableBytes() && isTakenInPlace(bytes, (int) length)) {
            return true;
        }
        Payload target = begun == null ? new Payload(payloads) : begun;
        long wanted = before + length;
        if (!(last ? target.reserve(wanted) : target.reserveGrowing(wanted, maxMessageBytes))) {
            return refuse(TRY_AGAIN_LATER, "no memory for the message now");
        }
        if (begun == null) {
            messageOpcode = opcode;
            message = target;
        }
        return beginPayload((int) length);
    }

    /** Shows a message where it lies, in the socket's buffer; one that has to be kept stays there, unmasked. */
    private boolean isTakenInPlace(ByteBuf bytes, int length) {
        MemorySegment place = MemorySegment.ofBuffer(bytes.nioBuffer(bytes.readerIndex(), length));
        readBytes = 0;
        unmask(place, place, length);
        kept = !events.binaryAtOnce(place.asReadOnly());
        mask = 0;
        if (!kept) {
            bytes.skipBytes(length);
        }
        return !kept;
    }

    private boolean beginPayload(int length) {
        frameBytes = length;
        readBytes = 0;
        inPayload = true;
        return true;
    }

    private boolean readPayload(ByteBuf bytes) {
        int length = Math.min(frameBytes - readBytes, bytes.readableBytes());
        if (inParts && opcode < CLOSE) {
            showPart(bytes, length);
        } else if (length > 0) {
            MemorySegment target = opcode >= CLOSE || message == null
                    ? MemorySegment.ofArray(control).asSlice(readBytes, length)
                    : message.extend(length);
            unmask(MemorySegment.ofBuffer(bytes.nioBuffer(bytes.readerIndex(), length)), target, length);
            bytes.skipBytes(length);
            readBytes += length;
        }
        if (stopped || readBytes < frameBytes) {
            return false;
        }
        inPayload = false;
        endFrame();
        return true;
    }

    /** Unmasks bytes where they lie, and shows them there; those that end a message even if there are none. */
    private void showPart(ByteBuf bytes, int length) {
        boolean ends = last && readBytes + length == frameBytes;
        if (length == 0 && !ends) {
            return;
        }
        MemorySegment place = MemorySegment.ofBuffer(bytes.nioBuffer(bytes.readerIndex(), length));
        unmask(place, place, length);
        bytes.skipBytes(length);
        readBytes += length;
        if (ends) {
            inParts = false;
            partBytes = 0;
        }
        events.binaryPart(place.asReadOnly(), ends);
    }

    private void unmask(MemorySegment source, MemorySegment target, int length) {
        int rotated = Integer.rotateLeft(mask, 8 * (readBytes & 3));
        long bigEndian = ((long) rotated << 32) | (rotated & 0xFFFF_FFFFL);
        long wide = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? bigEndian : Long.reverseBytes(bigEndian);
        int words = length & -Long.BYTES;
        // Counted in longs and in the processor's own order, the loop is compiled to vectors.
        for (long i = 0; i < words; i += Long.BYTES) {
            target.set(WORD, i, source.get(WORD, i) ^ wide);
        }
        for (int i = words; i < length; i++) {
            byte key = (byte) (rotated >>> (24 - 8 * (i & 3)));
            target.set(ValueLayout.JAVA_BYTE, i, (byte) (source.get(ValueLayout.JAVA_BYTE, i) ^ key));
        }
    }

    private void endFrame() {
        switch (opcode) {
            case CLOSE -> endClose();
            case PING -> events.ping(Arrays.copyOf(control, frameBytes));
            case PONG -> {}
            default -> {
                if (last) {
                    endMessage();
                }
            }
        }
    }

    private void endMessage() {
        Payload whole = message;
        if (whole == null) {
            return;
        }
        message = null;
        if (messageOpcode != TEXT) {
            endBinary(whole);
            return;
        }
        String text = strictUtf8(whole.segment().asByteBuffer());
        if (text == null) {
            whole.release();
            refuse(INVALID_PAYLOAD, "a text message must be UTF-8");
        } else {
            events.text(text, whole);
        }
    }

    private void endBinary(Payload whole) {
        boolean asked = kept;
        kept = false;
        if (!asked && whole.isReadHere(events::binaryAtOnce)) {
            whole.release();
        } else {
            events.binary(whole);
        }
    }

    private void endClose() {
        int code = frameBytes >= 2 ? ((control[0] & 0xFF) << 8) | (control[1] & 0xFF) : NO_STATUS;
        if (frameBytes == 1 || (frameBytes >= 2 && !WebSocketCloseStatus.isValidStatusCode(code))) {
            refuse(PROTOCOL_ERROR, "a close frame holds a status that may be sent, or nothing");
        } else if (frameBytes > 2 && strictUtf8(ByteBuffer.wrap(control, 2, frameBytes - 2)) == null) {
            refuse(INVALID_PAYLOAD, "the reason of a close frame must be UTF-8");
        } else {
            stop();
            events.peerClosed(code);
        }
    }

    private boolean refuse(int code, String reason) {
        stop();
        events.refused(code, reason);
        return false;
    }

    private static @Nullable String strictUtf8(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException invalid) {
            return null;
        }
    }
}
