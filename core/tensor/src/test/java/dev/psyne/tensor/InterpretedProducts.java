package dev.psyne.tensor;

import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.ExecutableMemory;
import dev.psyne.platform.ProcessorFeatures;
import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.Label;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** The routines of {@link MachineProducts} executed by the {@link Interpreter}, over the memory of one case. */
record InterpretedProducts(MachineForm form, List<MemorySegment> memory) implements QuantizedProducts, FloatProducts {

    /** Beside these: every form that this machine can run; none without executable memory. */
    static List<MachineProducts> executable() {
        ExecutableMemory memory = ExecutableMemory.automatic();
        return Arrays.stream(MachineForm.values())
                .filter(form -> memory.availability() instanceof Available
                        && ProcessorFeatures.current().hasAll(form.needs()))
                .map(form -> MachineProducts.load(form, memory, Arena.global()))
                .toList();
    }

    @Override
    public String description() {
        return "interpreted " + form;
    }

    private void call(MachineRoutine routine, long... arguments) {
        Assembler assembler = new Assembler();
        Label entry = new Label(routine.name());
        assembler.place(entry);
        routine.write(assembler, form);
        new Interpreter(assembler.assemble(), memory).call(entry, arguments);
    }

    @Override
    public void quantize(long values, int inputs, long row) {
        call(MachineRoutine.QUANTIZE, values, inputs, row);
    }

    @Override
    public void quantizeGroups(long values, int inputs, long row) {
        call(MachineRoutine.QUANTIZE_GROUPS, values, inputs, row);
    }

    @Override
    public void quantize(float[] values, int from, int inputs, long row) {
        throw new UnsupportedOperationException("an interpreted routine has no addresses of arrays");
    }

    @Override
    public void quantizeGroups(float[] values, int from, int inputs, long row) {
        throw new UnsupportedOperationException("an interpreted routine has no addresses of arrays");
    }

    @Override
    public boolean needsNegatives() {
        return !form.hasDot();
    }

    @Override
    public void sumNegatives(long weights, int panels, int inputs, long negatives) {
        call(MachineRoutine.SUM_NEGATIVES, weights, panels, inputs, negatives);
    }

    @Override
    public void sumNegativesOfGroups(long weights, int panels, int inputs, long negatives) {
        call(MachineRoutine.SUM_NEGATIVES_OF_GROUPS, weights, panels, inputs, negatives);
    }

    @Override
    public void multiplyI8(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride,
            long negatives) {
        MachineRoutine routine = MachineRoutine.MULTIPLY_I8;
        long to = output.address();
        call(
                routine,
                rows,
                activations,
                activationStride,
                weights,
                scales,
                panels,
                inputs,
                to,
                outputStride,
                negatives);
    }

    @Override
    public void multiplyI8Groups(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride,
            long negatives) {
        MachineRoutine routine = MachineRoutine.MULTIPLY_I8_GROUPS;
        long to = output.address();
        call(
                routine,
                rows,
                activations,
                activationStride,
                weights,
                scales,
                panels,
                inputs,
                to,
                outputStride,
                negatives);
    }

    @Override
    public void multiplyI4Groups(
            int rows,
            long activations,
            long activationStride,
            long weights,
            long scales,
            int panels,
            int inputs,
            MemorySegment output,
            long outputStride) {
        MachineRoutine routine = MachineRoutine.MULTIPLY_I4_GROUPS;
        long to = output.address();
        call(routine, rows, activations, activationStride, weights, scales, panels, inputs, to, outputStride, 0);
    }

    @Override
    public void multiplyFloats(
            WeightType type,
            int rows,
            MemorySegment input,
            long inputOffset,
            long inputStride,
            MemorySegment weights,
            long weightsOffset,
            long weightsStride,
            int inputs,
            MemorySegment sums,
            long sumsOffset,
            long sumsStride) {
        call(
                type == WeightType.BF16 ? MachineRoutine.MULTIPLY_BF16 : MachineRoutine.MULTIPLY_F32,
                rows,
                input.address(),
                inputOffset,
                inputStride,
                weights.address(),
                weightsOffset,
                weightsStride,
                inputs,
                sums.address(),
                sumsOffset,
                sumsStride);
    }
}
