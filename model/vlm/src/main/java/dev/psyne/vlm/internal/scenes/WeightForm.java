package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Activations;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** How a layer's weights are held: as stored, or quantised for products that quantise their activations as they come. */
final class WeightForm {
    private WeightForm() {}

    /** A packed layer in another precision; eight bits keep the scales they were stored with. */
    static Linear of(Linear stored, float[] bias, WeightPrecision precision) {
        WeightType wanted = precision == WeightPrecision.INT4 ? WeightType.I4 : WeightType.I8;
        if (precision == WeightPrecision.AS_STORED) {
            return stored;
        }
        if (stored.layout().type() == wanted) {
            return stored.withActivations(Activations.QUANTIZED);
        }
        LinearLayout layout = LinearLayout.of(wanted, stored.outputs(), stored.inputs());
        MemorySegment memory = Arena.ofAuto().allocate(layout.bytes(), LinearLayout.ALIGNMENT_BYTES);
        Linear.pack(layout, (output, row) -> stored.copyRow(output, row, 0), memory);
        return Linear.of(layout, memory, bias).withActivations(Activations.QUANTIZED);
    }

    /** For a person to read. */
    static String describe(Linear linear) {
        String scales = switch (linear.layout().scales()) {
            case NONE -> "";
            case PER_OUTPUT -> linear.layout().type().isQuantized() ? ", a scale for each output" : "";
            case PER_GROUP -> ", a scale for each output and 32 inputs";
        };
        boolean quantised = linear.activations() == Activations.QUANTIZED;
        return linear.layout().type() + scales + (quantised ? ", activations quantised as they come" : "");
    }
}
