package dev.psyne.vlm.internal.layer;

import dev.psyne.tensor.Linear;
import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.WeightScales;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Checkpoint;
import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packs the tensors of one layer, whose outputs follow each other, row by row from where they lie. */
final class LayerPacker {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The largest number of half precision. */
    private static final float LARGEST_HALF = 65_504;

    private final Checkpoint checkpoint;
    private final List<String> names;
    private final List<StoredTensor> parts;
    private final int inputs;
    private final LayerForm form;
    private final float @Nullable [] factor;
    private final LoadMeter meter;
    private final long[] claimed;
    private final float largest;
    private int part;
    private int firstOutput;

    /**
     * A packer for one layer.
     *
     * @param names of its tensors
     * @param factor what each output is multiplied with, if anything
     * @param meter counts rows
     */
    LayerPacker(
            Checkpoint checkpoint,
            List<String> names,
            int inputs,
            LayerForm form,
            float @Nullable [] factor,
            LoadMeter meter) {
        this.checkpoint = checkpoint;
        this.names = names;
        this.parts = names.stream().map(checkpoint::tensor).toList();
        this.inputs = inputs;
        this.form = form;
        this.factor = factor;
        this.meter = meter;
        this.claimed = new long[parts.size()];
        this.largest = form.type() == WeightType.F16 ? LARGEST_HALF : Float.MAX_VALUE;
    }

    void pack(LinearLayout layout, MemorySegment target) {
        part = 0;
        firstOutput = 0;
        Arrays.setAll(claimed, i -> meter.claim(parts.get(i)));
        if (form.isExact()) {
            Linear.packQuantized(layout, this::quantized, target);
        } else if (isFactorBeside()) {
            Linear.pack(LinearLayout.of(layout.type(), layout.outputs(), inputs), this::floats, target);
            writeFactors(layout, target);
        } else {
            Linear.pack(layout, this::floats, target);
        }
    }

    /** Whether factors are kept beside the weights: F16 and BF16 times a factor would be rounded a second time. */
    private boolean isFactorBeside() {
        return form.scales() == WeightScales.PER_OUTPUT && !form.type().isQuantized();
    }

    private void writeFactors(LinearLayout layout, MemorySegment target) {
        target.asSlice(layout.weightBytes(), layout.bytes() - layout.weightBytes())
                .fill((byte) 0);
        for (int output = 0; output < layout.outputs(); output++) {
            float value = factor == null ? 1 : factor[output];
            target.set(FLOAT, layout.scalesOffset() + (long) output * Float.BYTES, value);
        }
    }

    private void floats(int output, float[] row) {
        StoredTensor tensor = find(output);
        long first = first(output);
        tensor.read(first, inputs, row, 0);
        count(tensor);
        for (int i = 0; i < inputs; i++) {
            if (!(Math.abs(row[i]) <= largest)) {
                throw refuse(tensor, row[i], first + i);
            }
        }
        if (factor != null && !isFactorBeside()) {
            for (int i = 0; i < inputs; i++) {
                row[i] *= factor[output];
            }
        }
    }

    private void quantized(int output, byte[] values, float[] scales) {
        StoredTensor tensor = find(output);
        long first = first(output);
        tensor.readQuantized(first, inputs, values, 0, scales, 0);
        count(tensor);
        for (int group = 0; group < scales.length; group++) {
            if (!Float.isFinite(scales[group])) {
                throw refuse(tensor, scales[group], first + (long) group * LinearLayout.GROUP_INPUTS);
            }
            scales[group] *= factor == null ? 1 : factor[output];
        }
    }

    private void count(StoredTensor tensor) {
        double rows = outputs(tensor);
        meter.read(tensor.segment().byteSize() / rows, claimed[part] / rows);
    }

    private ModelException refuse(StoredTensor tensor, float value, long at) {
        return new ModelException(
                tensor.file(),
                tensor.name(),
                value + " at element " + at,
                form.type() == WeightType.F16 ? "numbers of at most " + LARGEST_HALF : "finite numbers");
    }

    /** The first element of an output in its tensor, which was found before. */
    private long first(int output) {
        return (long) checkpoint.storedRow(names.get(part), output - firstOutput) * inputs;
    }

    /** The tensor with an output; they come in rising order. */
    private StoredTensor find(int output) {
        while (output - firstOutput >= outputs(parts.get(part))) {
            firstOutput += outputs(parts.get(part));
            part++;
        }
        return parts.get(part);
    }

    private int outputs(StoredTensor tensor) {
        return Math.toIntExact(tensor.shape().elements() / inputs);
    }
}
