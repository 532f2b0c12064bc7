package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.codec.GeneratedCodecs;
import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Schema;
import dev.psyne.rpc.internal.wire.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The records that the protocol itself speaks, as {@code connection.psyne} defines them. */
public final class WireRecords {
    /** Their schema, and that of service 0. */
    public static final Schema SCHEMA = Schema.parse(text());

    /** More than the fixed parts of any of the records. */
    private static final int FIXED_BYTES = 256;

    private static final int UTF8_BYTES = 3;
    private static final GeneratedCodecs CODECS = new GeneratedCodecs(
            SCHEMA.definitions().stream().collect(Collectors.toUnmodifiableMap(Definition::name, Function.identity())));

    static final RecordCodec<Hello> HELLO = CODECS.of("Hello", Hello.class);
    static final RecordCodec<Failure> FAILURE = CODECS.of("Failure", Failure.class);

    private WireRecords() {}

    static MemorySegment encode(Hello hello) {
        int text = Stream.of(
                        hello.name(),
                        hello.token(),
                        hello.workspace(),
                        hello.client(),
                        hello.regions(),
                        hello.regionKey())
                .filter(Objects::nonNull)
                .mapToInt(String::length)
                .sum();
        return encode(HELLO, hello, text);
    }

    static MemorySegment encode(Failure failure) {
        return encode(
                FAILURE, failure, failure.code().length() + failure.message().length());
    }

    private static <T> MemorySegment encode(RecordCodec<T> codec, T value, int chars) {
        long bytes = FIXED_BYTES + (long) UTF8_BYTES * chars;
        MemorySegment target = Arena.ofAuto().allocate(bytes, Long.BYTES);
        try (MessageWriter writer = MessageWriter.over(target, MessageReferences.NONE)) {
            return codec.encode(value, writer);
        }
    }

    static <T> T decode(RecordCodec<T> codec, MemorySegment message) throws ProtocolException {
        try {
            return codec.decode(new MessageReader(MessageReferences.NONE).over(message));
        } catch (BrokenMessageException broken) {
            throw new ProtocolException(String.valueOf(broken.getMessage()));
        }
    }

    private static String text() {
        try (InputStream in =
                Objects.requireNonNull(WireRecords.class.getResourceAsStream("/dev/psyne/rpc/connection.psyne"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
