package dev.psyne.hypha.internal.router;

import dev.psyne.rpc.BrokenFrameException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame as the router sees it: where the entries of its first map begin and end, and the few that it needs. Nothing is
 * decoded but {@code to} and {@code session}; what is behind the first map is not looked at.
 *
 * <pre>
 * came  [map n | type from to method session …          ] [extra …]
 * goes  [map m | type method session … ws from user to  ] [extra …]
 * </pre>
 *
 * Dropped are the entries that the router writes itself, and {@code ctx}, which clients would take for the router's word.
 */
final class Envelope {
    /** Entries of the first map. */
    static final int MAX_ENTRIES = 1_024;

    /** Maps and arrays inside each other, the first map included. */
    static final int MAX_DEPTH = 64;

    private static final int MAX_ADDRESS_BYTES = 2 * Address.MAX_NAME_BYTES + 1;
    private static final int MAX_SESSION_BYTES = 4_096;

    private static final long TO = word("to");
    private static final long FROM = word("from");
    private static final long WS = word("ws");
    private static final long USER = word("user");
    private static final long CTX = word("ctx");
    private static final long TYPE = word("type");
    private static final long METHOD = word("method");
    private static final long SESSION = word("session");
    private static final byte[] METHOD_TYPE = utf8("method");
    private static final byte[] HEARTBEAT = utf8(".heartbeat");
    private static final byte[] PIECE = utf8("services.built-in.message_cache.set");

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment frame;
    private final long bytes;
    private int[] runs = new int[8];
    private int runCount;
    private int kept;
    private int keptBytes;
    private int position;
    private int to = -1;
    private int type = -1;
    private int method = -1;
    private int session = -1;

    private Envelope(MemorySegment frame) {
        this.frame = frame;
        this.bytes = frame.byteSize();
    }

    /**
     * Finds the entries.
     *
     * @param frame must stay as it is while the envelope is used
     * @throws BrokenFrameException if the first object is no map or is broken, or {@code to} is missing
     */
    static Envelope scan(MemorySegment frame) {
        Envelope envelope = new Envelope(frame);
        envelope.scanMap();
        return envelope;
    }

    /** Bytes of the whole frame. */
    long bytes() {
        return bytes;
    }

    /** The value of {@code to}, as the sender wrote it. */
    String to() {
        return text(to, "to", MAX_ADDRESS_BYTES);
    }

    /** The value of {@code session}; null without one. */
    @Nullable
    String session() {
        return session < 0 ? null : text(session, "session", MAX_SESSION_BYTES);
    }

    /** The value of {@code type}. */
    String type() {
        return type < 0 ? "" : text(type, "type", MAX_SESSION_BYTES);
    }

    boolean isMethod() {
        return type >= 0 && endsWith(type, METHOD_TYPE, true);
    }

    /** Whether it calls a method and waits for the answer; answers are methods without a session. */
    boolean isCall() {
        return session >= 0 && isMethod();
    }

    Lane lane() {
        if (method < 0) {
            return Lane.CALLS;
        }
        return endsWith(method, HEARTBEAT, false)
                ? Lane.CONTROL
                : endsWith(method, PIECE, true) ? Lane.BULK : Lane.CALLS;
    }

    /** The frame with the router's own entries; it reads this one as it is written. */
    OutgoingFrame addressed(byte[] sender, byte[] receiver) {
        return new Addressed(sender, receiver);
    }

    private final class Addressed implements OutgoingFrame {
        private final byte[] sender;
        private final byte[] receiver;
        private final int entries = kept + TrustedFields.SENDER_ENTRIES + TrustedFields.RECEIVER_ENTRIES;
        private final int header = entries < 16 ? 1 : 3;

        private Addressed(byte[] sender, byte[] receiver) {
            this.sender = sender;
            this.receiver = receiver;
        }

        @Override
        public int bytes() {
            return header + keptBytes + sender.length + receiver.length + (int) bytes - position;
        }

        @Override
        public void writeTo(MemorySegment target) {
            if (header == 1) {
                target.set(ValueLayout.JAVA_BYTE, 0, (byte) (0x80 | entries));
            } else {
                target.set(ValueLayout.JAVA_BYTE, 0, (byte) 0xde);
                target.set(SHORT, 1, (short) entries);
            }
            int at = header;
            for (int i = 0; i < runCount; i += 2) {
                int length = runs[i + 1] - runs[i];
                MemorySegment.copy(frame, runs[i], target, at, length);
                at += length;
            }
            MemorySegment.copy(sender, 0, target, ValueLayout.JAVA_BYTE, at, sender.length);
            at += sender.length;
            MemorySegment.copy(receiver, 0, target, ValueLayout.JAVA_BYTE, at, receiver.length);
            at += receiver.length;
            MemorySegment.copy(frame, position, target, at, bytes - position);
        }
    }

    private void scanMap() {
        int first = u8();
        int entries;
        if ((first & 0xf0) == 0x80) {
            entries = first & 0x0f;
        } else if (first == 0xde) {
            entries = u16();
        } else {
            throw new BrokenFrameException("a frame begins with a map of at most " + MAX_ENTRIES + " entries");
        }
        if (entries > MAX_ENTRIES) {
            throw new BrokenFrameException("the first map of a frame has at most " + MAX_ENTRIES + " entries");
        }
        for (int i = 0; i < entries; i++) {
            int begin = position;
            long key = key();
            int value = position;
            skip(1);
            if (keep(key, value)) {
                kept++;
                run(begin, position);
            }
        }
        if (to < 0) {
            throw new BrokenFrameException("a frame says in 'to' where it goes");
        }
    }

    /** Remembers where an entry's value is, and tells whether the entry goes on as it is. */
    private boolean keep(long key, int value) {
        if (key == TO) {
            if (to >= 0) {
                throw new BrokenFrameException("'to' comes twice");
            }
            to = value;
            return false;
        }
        if (key == TYPE) {
            type = value;
        } else if (key == METHOD) {
            method = value;
        } else if (key == SESSION) {
            session = value;
        }
        return key != FROM && key != WS && key != USER && key != CTX;
    }

    private void run(int begin, int end) {
        keptBytes += end - begin;
        if (runCount > 0 && runs[runCount - 1] == begin) {
            runs[runCount - 1] = end;
            return;
        }
        if (runCount == runs.length) {
            runs = Arrays.copyOf(runs, 2 * runs.length);
        }
        runs[runCount++] = begin;
        runs[runCount++] = end;
    }

    /** Reads a key as {@link #word} does; 0 for one that is longer than 8 bytes or begins with a zero, which no word does. */
    private long key() {
        int length = stringBytes(u8());
        if (length < 0) {
            throw new BrokenFrameException("a key of a frame's first map is a string");
        }
        int begin = take(length);
        if (length == 0 || length > Long.BYTES || frame.get(ValueLayout.JAVA_BYTE, begin) == 0) {
            return 0;
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = word << 8 | Byte.toUnsignedLong(frame.get(ValueLayout.JAVA_BYTE, begin + i));
        }
        return word;
    }

    private void skip(int depth) {
        int first = u8();
        if (first < 0x80 || first >= 0xe0) {
            return;
        }
        int string = stringBytes(first);
        if (string >= 0) {
            take(string);
        } else if (first < 0x90) {
            skipAll(2L * (first & 0x0f), depth);
        } else if (first < 0xa0) {
            skipAll(first & 0x0f, depth);
        } else {
            skipLong(first, depth);
        }
    }

    private void skipLong(int first, int depth) {
        switch (first) {
            case 0xc0, 0xc2, 0xc3 -> {}
            case 0xc1 -> throw new BrokenFrameException("a byte that MessagePack does not use");
            case 0xc4 -> take(u8());
            case 0xc5 -> take(u16());
            case 0xc6 -> take(u32());
            case 0xc7 -> take(1L + u8());
            case 0xc8 -> take(1L + u16());
            case 0xc9 -> take(1L + u32());
            case 0xcc, 0xd0 -> take(1);
            case 0xcd, 0xd1 -> take(2);
            case 0xca, 0xce, 0xd2 -> take(4);
            case 0xcb, 0xcf, 0xd3 -> take(8);
            case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> take(1 + (1 << (first - 0xd4)));
            case 0xdc -> skipAll(u16(), depth);
            case 0xdd -> skipAll(u32(), depth);
            case 0xde -> skipAll(2L * u16(), depth);
            default -> skipAll(2L * u32(), depth);
        }
    }

    private void skipAll(long values, int depth) {
        if (depth >= MAX_DEPTH) {
            throw new BrokenFrameException("maps and arrays are nested deeper than " + MAX_DEPTH);
        }
        if (values > bytes - position) {
            throw new BrokenFrameException("a frame is shorter than a length in it says");
        }
        for (long i = 0; i < values; i++) {
            skip(depth + 1);
        }
    }

    /** Bytes of a string whose first byte is given, its length read; -1 if it is no string. */
    private int stringBytes(int first) {
        if ((first & 0xe0) == 0xa0) {
            return first & 0x1f;
        }
        long length = switch (first) {
            case 0xd9 -> u8();
            case 0xda -> u16();
            case 0xdb -> u32();
            default -> -1;
        };
        if (length > bytes) {
            throw new BrokenFrameException("a frame is shorter than a length in it says");
        }
        return (int) length;
    }

    private String text(int value, String name, int maxBytes) {
        int saved = position;
        position = value;
        try {
            int length = stringBytes(u8());
            if (length < 0 || length > maxBytes) {
                throw new BrokenFrameException("'" + name + "' is a string of at most " + maxBytes + " bytes");
            }
            byte[] utf8 = new byte[length];
            MemorySegment.copy(frame, ValueLayout.JAVA_BYTE, position, utf8, 0, length);
            return new String(utf8, StandardCharsets.UTF_8);
        } finally {
            position = saved;
        }
    }

    private boolean endsWith(int value, byte[] end, boolean whole) {
        int saved = position;
        position = value;
        try {
            int length = stringBytes(u8());
            if (length < end.length || (whole && length != end.length)) {
                return false;
            }
            int begin = position + length - end.length;
            for (int i = 0; i < end.length; i++) {
                if (frame.get(ValueLayout.JAVA_BYTE, begin + i) != end[i]) {
                    return false;
                }
            }
            return true;
        } finally {
            position = saved;
        }
    }

    private int u8() {
        return Byte.toUnsignedInt(frame.get(ValueLayout.JAVA_BYTE, take(1)));
    }

    private int u16() {
        return Short.toUnsignedInt(frame.get(SHORT, take(2)));
    }

    private long u32() {
        return Integer.toUnsignedLong(frame.get(INT, take(4)));
    }

    private int take(long length) {
        int begin = position;
        if (length > bytes - begin) {
            throw new BrokenFrameException("a frame is shorter than a length in it says");
        }
        position = begin + (int) length;
        return begin;
    }

    private static long word(String key) {
        long word = 0;
        for (byte letter : utf8(key)) {
            word = word << 8 | letter;
        }
        return word;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
