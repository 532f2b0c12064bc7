package dev.psyne.bench.tensor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of an ONNX model that quantises rows and multiplies them with I8 weights: DynamicQuantizeLinear, then
 * MatMulInteger. Written as protocol buffers by hand; numbers are the fields of onnx.proto.
 */
final class OnnxModel {
    static final String INPUT = "rows";
    static final String OUTPUT = "sums";
    static final String SCALE = "scale";

    private static final int TYPE_FLOAT = 1;
    private static final int TYPE_INT8 = 3;
    private static final int TYPE_INT32 = 6;
    private static final int IR_VERSION = 7;
    private static final int OPERATORS_VERSION = 13;
    private static final int BYTES_WIRE_TYPE = 2;
    private static final int MORE = 0x80;
    private static final int LOW_BITS = 7;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxModel() {}

    /** The model for {@code rows} of {@code inputs} and weights {@code [inputs, outputs]}. */
    static byte[] of(int rows, int inputs, int outputs, byte[] weights) {
        OnnxModel graph = new OnnxModel()
                .message(1, node("DynamicQuantizeLinear", new String[] {INPUT}, "bytes", SCALE, "zero"))
                .message(1, node("MatMulInteger", new String[] {"bytes", "weights", "zero"}, OUTPUT))
                .text(2, "product")
                .message(
                        5,
                        new OnnxModel()
                                .number(1, inputs)
                                .number(1, outputs)
                                .number(2, TYPE_INT8)
                                .text(8, "weights")
                                .data(9, weights))
                .message(11, value(INPUT, TYPE_FLOAT, rows, inputs))
                .message(12, value(OUTPUT, TYPE_INT32, rows, outputs))
                .message(12, value(SCALE, TYPE_FLOAT));
        return new OnnxModel()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new OnnxModel().text(1, "").number(2, OPERATORS_VERSION))
                .bytes
                .toByteArray();
    }

    private static OnnxModel node(String operator, String[] inputs, String... outputs) {
        OnnxModel node = new OnnxModel();
        for (String input : inputs) {
            node.text(1, input);
        }
        for (String output : outputs) {
            node.text(2, output);
        }
        return node.text(4, operator);
    }

    private static OnnxModel value(String name, int type, int... dimensions) {
        OnnxModel shape = new OnnxModel();
        for (int dimension : dimensions) {
            shape.message(1, new OnnxModel().number(1, dimension));
        }
        OnnxModel tensor = new OnnxModel().number(1, type).message(2, shape);
        return new OnnxModel().text(1, name).message(2, new OnnxModel().message(1, tensor));
    }

    private OnnxModel message(int field, OnnxModel message) {
        return data(field, message.bytes.toByteArray());
    }

    private OnnxModel text(int field, String text) {
        return data(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxModel data(int field, byte[] data) {
        variable(field << 3 | BYTES_WIRE_TYPE);
        variable(data.length);
        bytes.writeBytes(data);
        return this;
    }

    private OnnxModel number(int field, int number) {
        variable(field << 3);
        variable(number);
        return this;
    }

    private void variable(int value) {
        int rest = value;
        while (rest >= MORE) {
            bytes.write(rest & MORE - 1 | MORE);
            rest >>>= LOW_BITS;
        }
        bytes.write(rest);
    }
}
