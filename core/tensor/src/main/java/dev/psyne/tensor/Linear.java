package dev.psyne.tensor;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The weights of a linear layer, {@code y = W x + b} with W {@code [outputs, inputs]}, packed once into the order the
 * kernels read them. I8 weights stay I8 and carry one scale per output. Immutable; shared by all threads; on the heap,
 * so it ends with its last user.
 *
 * <p>Layout: panels of {@code panelWidth} outputs, each panel {@code [inputs][panelWidth]}; the last panel is filled up
 * with zeros.
 *
 * <pre>
 *   index(output, input) = (output / panelWidth * inputs + input) * panelWidth + output % panelWidth
 * </pre>
 */
public final class Linear {
    /** Bytes after the last weight, so that a vector load of eight bytes at its end stays inside. */
    private static final int SLACK_BYTES = 8;

    private final int outputs;
    private final int inputs;
    private final int panelWidth;
    private final ElementType type;
    private final byte[] bytes;
    private final float[] floats;
    private final float[] scale;
    private final float[] bias;

    private Linear(Tensor weight, int panelWidth, float[] scale, float[] bias, int[] order) {
        this.outputs = weight.shape().dimension(0);
        this.inputs = order.length;
        this.panelWidth = panelWidth;
        this.type = weight.type();
        this.scale = padded(scale, "scales");
        this.bias = padded(bias, "biases");
        int packed = Math.multiplyExact(Math.multiplyExact(panels(), panelWidth), inputs);
        this.bytes = type == ElementType.I8 ? new byte[Math.addExact(packed, SLACK_BYTES)] : new byte[0];
        this.floats = type == ElementType.F32 ? new float[packed] : new float[0];
        if (type == ElementType.I8) {
            packBytes(weight.segment().toArray(ValueLayout.JAVA_BYTE), order);
        } else {
            packFloats(weight.segment().toArray(Tensor.FLOAT), order);
        }
    }

    static Linear pack(Tensor weight, int panelWidth, float[] scale, float[] bias) {
        int[] order = new int[inputs(weight)];
        Arrays.setAll(order, i -> i);
        return new Linear(weight, panelWidth, scale, bias, order);
    }

    /** Packs weights whose inputs come in another order: input {@code i} is entry {@code order[i]} of a row. */
    static Linear pack(Tensor weight, int panelWidth, float[] scale, float[] bias, int[] order) {
        if (order.length != inputs(weight)) {
            throw new IllegalArgumentException(order.length + " inputs in order, the weights have " + inputs(weight));
        }
        return new Linear(weight, panelWidth, scale, bias, order);
    }

    private static int inputs(Tensor weight) {
        Shape shape = weight.shape();
        if (shape.rank() < 2 || shape.elements() == 0) {
            throw new IllegalArgumentException("a linear layer needs [outputs, inputs], got " + weight);
        }
        return Math.toIntExact(shape.elements() / shape.dimension(0));
    }

    private float[] padded(float[] values, String what) {
        if (values.length != outputs) {
            throw new IllegalArgumentException(values.length + " " + what + " for " + outputs + " outputs");
        }
        return Arrays.copyOf(values, Math.multiplyExact(panels(), panelWidth));
    }

    private void packBytes(byte[] source, int[] order) {
        for (int output = 0; output < outputs; output++) {
            int target = index(output, 0);
            for (int input = 0; input < inputs; input++, target += panelWidth) {
                bytes[target] = source[output * inputs + order[input]];
            }
        }
    }

    private void packFloats(float[] source, int[] order) {
        for (int output = 0; output < outputs; output++) {
            int target = index(output, 0);
            for (int input = 0; input < inputs; input++, target += panelWidth) {
                floats[target] = source[output * inputs + order[input]];
            }
        }
    }

    private int index(int output, int input) {
        return (output / panelWidth * inputs + input) * panelWidth + output % panelWidth;
    }

    /** Length of the result. */
    public int outputs() {
        return outputs;
    }

    /** Length of the argument. */
    public int inputs() {
        return inputs;
    }

    /** How the weights are stored. */
    public ElementType type() {
        return type;
    }

    /** The weight of one output and one input, scaled. */
    public float weight(int output, int input) {
        int index = index(output, input);
        float stored = type == ElementType.I8 ? bytes[index] : floats[index];
        return stored * scale[output];
    }

    /** Copies the scaled weights of one output, for an embedding the vector of one word. */
    public void copyRow(int output, float[] target, int offset) {
        if (output < 0 || output >= outputs) {
            throw new IndexOutOfBoundsException("row " + output + " of " + outputs);
        }
        for (int input = 0; input < inputs; input++) {
            target[offset + input] = weight(output, input);
        }
    }

    /** The sum of {@code count} weights of one output, from an input on, each times a value. */
    double dot(int output, int firstInput, float[] values, int from, int count) {
        int index = index(output, firstInput);
        double sum = 0;
        for (int i = 0; i < count; i++, index += panelWidth) {
            float stored = type == ElementType.I8 ? bytes[index] : floats[index];
            sum += (double) stored * values[from + i];
        }
        return sum * scale[output];
    }

    int panels() {
        return (outputs + panelWidth - 1) / panelWidth;
    }

    int panelWidth() {
        return panelWidth;
    }

    /** Number of outputs of a panel, fewer than its width in the last one. */
    int panelOutputs(int panel) {
        return Math.min(panelWidth, outputs - panel * panelWidth);
    }

    /** Index of the first weight of a panel. */
    int panelIndex(int panel) {
        return panel * panelWidth * inputs;
    }

    byte[] bytes() {
        return bytes;
    }

    float[] floats() {
        return floats;
    }

    /** One factor per output, filled up with zeros to whole panels. */
    float[] scale() {
        return scale;
    }

    /** One term per output, filled up with zeros to whole panels. */
    float[] bias() {
        return bias;
    }
}
