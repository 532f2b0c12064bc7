package dev.psyne.bench.vlm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes a GGUF file (github.com/ggml-org/ggml, docs/gguf.md, version 3): keys first, then tensors, then all at once. */
final class GgufOutput {
    private static final int ALIGNMENT = 32;
    private static final int HEADER_BYTES = 1 << 22;

    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private record TensorInfo(String name, GgufType type, int outputs, int inputs, Consumer<ByteBuffer> data) {
        /** A vector, and what is written as one, has one row. */
        int bytes() {
            return outputs * (inputs / type.blockElements()) * type.blockBytes();
        }
    }

    private final ByteBuffer keys = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<TensorInfo> tensors = new ArrayList<>();
    private int entries;

    void text(String key, String value) {
        key(key, STRING);
        string(keys, value);
    }

    void integer(String key, int value) {
        key(key, U32);
        keys.putInt(value);
    }

    void number(String key, double value) {
        key(key, F32);
        keys.putFloat((float) value);
    }

    void flag(String key, boolean value) {
        key(key, BOOL);
        keys.put((byte) (value ? 1 : 0));
    }

    void texts(String key, List<String> values) {
        key(key, ARRAY);
        keys.putInt(STRING).putLong(values.size());
        values.forEach(value -> string(keys, value));
    }

    void integers(String key, int... values) {
        key(key, ARRAY);
        keys.putInt(I32).putLong(values.length);
        for (int value : values) {
            keys.putInt(value);
        }
    }

    private void key(String key, int kind) {
        string(keys, key);
        keys.putInt(kind);
        entries++;
    }

    private static void string(ByteBuffer target, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        target.putLong(bytes.length).put(bytes);
    }

    /** A matrix whose rows are whole blocks; {@code data} fills exactly its bytes. */
    void matrix(String name, GgufType type, int outputs, int inputs, Consumer<ByteBuffer> data) {
        tensors.add(new TensorInfo(name, type, outputs, inputs, data));
    }

    /** A vector of F32. */
    void vector(String name, int length, Consumer<ByteBuffer> data) {
        tensors.add(new TensorInfo(name, GgufType.F32, 1, length, data));
    }

    /** Writes all of it. */
    void write(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, header());
            for (TensorInfo tensor : tensors) {
                ByteBuffer data = ByteBuffer.allocate(aligned(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
                tensor.data().accept(data);
                if (data.position() != tensor.bytes()) {
                    throw new IllegalStateException(
                            tensor.name() + ": " + data.position() + " bytes of " + tensor.bytes());
                }
                write(channel, data.clear());
            }
        }
    }

    private ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(2 * HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(tensors.size())
                .putLong(entries)
                .put(keys.flip());
        long offset = 0;
        for (TensorInfo tensor : tensors) {
            string(header, tensor.name());
            boolean isVector = tensor.outputs() == 1;
            header.putInt(isVector ? 1 : 2).putLong(tensor.inputs());
            if (!isVector) {
                header.putLong(tensor.outputs());
            }
            header.putInt(tensor.type().code()).putLong(offset);
            offset += aligned(tensor.bytes());
        }
        while (header.position() % ALIGNMENT != 0) {
            header.put((byte) 0);
        }
        return header.flip();
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int _ = channel.write(bytes);
        }
    }

    private static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
