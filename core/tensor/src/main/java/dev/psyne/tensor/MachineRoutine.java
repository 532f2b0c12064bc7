package dev.psyne.tensor;

import dev.psyne.platform.assembler.Assembler;
import java.util.function.BiConsumer;

/** The routines that {@link MachineProducts} is made of. */
enum MachineRoutine {
    QUANTIZE((assembler, _) -> QuantizeRoutine.writeWhole(assembler)),
    QUANTIZE_GROUPS((assembler, _) -> QuantizeRoutine.writeGroups(assembler)),
    SUM_NEGATIVES((assembler, _) -> NegativesRoutine.writeWhole(assembler)),
    SUM_NEGATIVES_OF_GROUPS((assembler, _) -> NegativesRoutine.writeGroups(assembler)),
    MULTIPLY_I8(ProductRoutine::writeI8),
    MULTIPLY_I8_GROUPS(ProductRoutine::writeI8Groups),
    MULTIPLY_I4_GROUPS(ProductRoutine::writeI4Groups),
    MULTIPLY_F32(FloatRoutine::writeF32),
    MULTIPLY_BF16(FloatRoutine::writeBf16);

    private final BiConsumer<Assembler, MachineForm> writer;

    MachineRoutine(BiConsumer<Assembler, MachineForm> writer) {
        this.writer = writer;
    }

    /** Appends the routine, to be called from its first instruction on. */
    void write(Assembler assembler, MachineForm form) {
        writer.accept(assembler, form);
    }
}
