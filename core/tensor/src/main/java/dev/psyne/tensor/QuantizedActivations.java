package dev.psyne.tensor;

import dev.psyne.fiber.RangeBody;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** Takes rows of activations to their quantised form in native memory, as a range of rows. */
final class QuantizedActivations implements RangeBody {
    private final QuantizedProducts products;
    private final Rows input;
    private final boolean isGrouped;
    private final int paddedInputs;
    private final long stride;
    private final MemorySegment memory;
    private final ScratchPool scratches;

    /**
     * The activations of one product.
     *
     * @param room whose memory for activations is used until the product is done
     */
    QuantizedActivations(
            int count,
            Rows input,
            LinearLayout layout,
            QuantizedProducts products,
            Scratch room,
            ScratchPool scratches) {
        this.products = products;
        this.input = input;
        this.isGrouped = layout.scales() == WeightScales.PER_GROUP;
        this.paddedInputs = layout.paddedInputs();
        this.stride = row().stride();
        this.memory = room.activations(Math.multiplyExact(count, stride));
        this.scratches = scratches;
    }

    private QuantizedRow row() {
        return isGrouped ? QuantizedRow.grouped(paddedInputs) : QuantizedRow.whole(paddedInputs);
    }

    @Override
    public void run(int from, int to) {
        Scratch scratch = scratches.acquire();
        MemorySegment plain = scratch.plain((long) paddedInputs * Float.BYTES);
        long used = (long) input.width() * Float.BYTES;
        plain.asSlice(used, (long) paddedInputs * Float.BYTES - used).fill((byte) 0);
        for (int row = from; row < to; row++) {
            MemorySegment.copy(input.values(), input.index(row), plain, Tensor.FLOAT, 0, input.width());
            if (isGrouped) {
                products.quantizeGroups(plain.address(), paddedInputs, address(row));
            } else {
                products.quantize(plain.address(), paddedInputs, address(row));
            }
        }
        Reference.reachabilityFence(plain);
        Reference.reachabilityFence(memory);
        scratches.release(scratch);
    }

    /** Where a row lies. */
    long address(int row) {
        return memory.address() + row * stride;
    }

    /** Bytes from one row to the next. */
    long stride() {
        return stride;
    }
}
