package dev.psyne.node;

import dev.psyne.hypha.NumpyArray;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tensor in a file of numpy's ({@code .npy}, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
final class NumpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_AT = MAGIC.length;
    private static final int LENGTH_AT = VERSION_AT + 2;

    /** Little-endian elements, or such of one byte. */
    private static final Map<String, String> TYPES = Map.of(
            "<f4", "float32", "<f8", "float64", "<f2", "float16", "|i1", "int8", "|u1", "uint8", "<i2", "int16", "<i4",
            "int32", "<i8", "int64", "|b1", "bool");

    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]*)\\)");

    private NumpyFile() {}

    /**
     * The tensor; its elements stay where they are.
     *
     * @param name of the file, for people
     * @throws IllegalArgumentException if it is no such file, or one of elements that a tensor has not
     */
    static Tensor read(byte[] file, String name) {
        int header = headerBytes(file, name);
        int lengthBytes = file[VERSION_AT] == 1 ? Short.BYTES : Integer.BYTES;
        int from = LENGTH_AT + lengthBytes;
        String said = new String(file, from, header, StandardCharsets.ISO_8859_1);
        String type = TYPES.get(found(TYPE, said, name));
        if (type == null || found(ORDER, said, name).equals("True")) {
            throw new IllegalArgumentException(name + ": elements are to be one of "
                    + TYPES.keySet().stream().sorted().toList() + " in C order, not " + said.strip());
        }
        List<Long> shape = new ArrayList<>();
        for (String dimension : found(SHAPE, said, name).split(",", -1)) {
            if (!dimension.isBlank()) {
                shape.add(Long.parseLong(dimension.strip()));
            }
        }
        MemorySegment elements = MemorySegment.ofArray(file).asSlice(from + header);
        try {
            return JsonTensors.of(new NumpyArray(type, shape, elements));
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
        }
    }

    private static int headerBytes(byte[] file, String name) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean begins = file.length >= LENGTH_AT + Integer.BYTES
                && bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
        int from = begins && file[VERSION_AT] == 1 ? LENGTH_AT + Short.BYTES : LENGTH_AT + Integer.BYTES;
        int length = !begins
                ? -1
                : file[VERSION_AT] == 1 ? Short.toUnsignedInt(bytes.getShort(LENGTH_AT)) : bytes.getInt(LENGTH_AT);
        if (length < 0 || length > file.length - from) {
            throw new IllegalArgumentException(name + " is no file of numpy (.npy), which a tensor is read from");
        }
        return length;
    }

    private static String found(Pattern pattern, String header, String name) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new IllegalArgumentException(name + ": its header cannot be read: " + header.strip());
        }
        return matcher.group(1);
    }
}
