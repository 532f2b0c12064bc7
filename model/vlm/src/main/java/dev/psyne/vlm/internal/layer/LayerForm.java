package dev.psyne.vlm.internal.layer;

import dev.psyne.tensor.LinearLayout;
import dev.psyne.tensor.WeightScales;
import dev.psyne.tensor.WeightType;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.StoredType;
import java.util.List;

/**
 * What the weights of a layer become.
 *
 * @param isExact whether the file's own whole numbers and scales are kept
 */
record LayerForm(WeightType type, WeightScales scales, boolean isExact) {
    private static final LayerForm F32 = new LayerForm(WeightType.F32, WeightScales.NONE, false);
    private static final LayerForm F16 = new LayerForm(WeightType.F16, WeightScales.NONE, false);
    private static final LayerForm BF16 = new LayerForm(WeightType.BF16, WeightScales.NONE, false);
    private static final LayerForm FILE_I8 = new LayerForm(WeightType.I8, WeightScales.PER_GROUP, true);
    private static final LayerForm FILE_I4 = new LayerForm(WeightType.I4, WeightScales.PER_GROUP, true);
    private static final LayerForm I8 = new LayerForm(WeightType.I8, WeightScales.PER_OUTPUT, false);
    private static final LayerForm I4 = new LayerForm(WeightType.I4, WeightScales.PER_GROUP, false);

    /** The form of a layer of parts stored so: one form for all of them, the finest that one of them needs. */
    static LayerForm of(List<StoredType> stored, WeightPrecision precision) {
        LayerForm first = of(stored.getFirst(), precision);
        if (stored.stream().allMatch(type -> of(type, precision).equals(first))) {
            return first;
        }
        if (stored.stream().allMatch(StoredType::hasGroupScales) && precision != WeightPrecision.INT4) {
            // Four and five bits are eight bits, with the same scales.
            return FILE_I8;
        }
        return switch (precision) {
            case INT8 -> I8;
            case INT4 -> I4;
            case AS_STORED -> stored.stream().allMatch(type -> fits(type)) ? F16 : F32;
        };
    }

    private static LayerForm of(StoredType stored, WeightPrecision precision) {
        if (stored == StoredType.Q4_0) {
            return FILE_I4;
        }
        if (precision == WeightPrecision.INT4) {
            return I4;
        }
        if (stored.hasGroupScales()) {
            return FILE_I8;
        }
        if (precision == WeightPrecision.INT8) {
            return I8;
        }
        return switch (stored) {
            case F16, Q4_K, Q6_K -> F16;
            case BF16 -> BF16;
            default -> F32;
        };
    }

    /** Whether F16 is as fine as weights of a type that are no floats. */
    private static boolean fits(StoredType stored) {
        return stored == StoredType.F16 || stored.blockElements() > 1;
    }

    LinearLayout layout(int outputs, int inputs) {
        return new LinearLayout(type, scales, outputs, inputs);
    }

    /** The form with room for a factor of each output, where weights times a factor would be rounded again. */
    LayerForm scaled() {
        return type == WeightType.F16 || type == WeightType.BF16
                ? new LayerForm(type, WeightScales.PER_OUTPUT, isExact)
                : this;
    }

    /** For a person to read, {@code stored} being how the file has it. */
    String describe(String stored) {
        if (isExact) {
            return stored + " as " + type + " with the file's scales";
        }
        if (stored.equals(type.name())) {
            return stored;
        }
        return type.isQuantized()
                ? stored + " quantised to " + type
                        + (scales == WeightScales.PER_OUTPUT ? " by output" : " by 32 inputs")
                : stored + " widened to " + type;
    }
}
