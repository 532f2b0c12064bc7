package dev.psyne.tensor;

import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.platform.ExecutableMemory;
import dev.psyne.platform.ProcessorFeatures;
import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.Label;
import dev.psyne.platform.assembler.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The products as machine code, assembled once and called through FFM. A record, since the JIT trusts a
 * record's fields never to change and calls through them directly.
 */
record MachineProducts(
        MachineForm form,
        MethodHandle quantizeHandle,
        MethodHandle quantizeGroupsHandle,
        MethodHandle quantizeArrayHandle,
        MethodHandle quantizeArrayGroupsHandle,
        MethodHandle sumNegativesHandle,
        MethodHandle sumNegativesOfGroupsHandle,
        MethodHandle multiplyI8Handle,
        MethodHandle multiplyI8GroupsHandle,
        MethodHandle multiplyI4GroupsHandle,
        MethodHandle multiplyF32Handle,
        MethodHandle multiplyBf16Handle)
        implements QuantizedProducts, FloatProducts {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final FunctionDescriptor QUANTIZE = FunctionDescriptor.ofVoid(LONG, LONG, LONG);
    private static final FunctionDescriptor QUANTIZE_ARRAY = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, LONG, LONG);
    private static final FunctionDescriptor NEGATIVES = FunctionDescriptor.ofVoid(LONG, LONG, LONG, LONG);
    private static final FunctionDescriptor MULTIPLY =
            FunctionDescriptor.ofVoid(LONG, LONG, LONG, LONG, LONG, LONG, LONG, ValueLayout.ADDRESS, LONG, LONG);
    private static final FunctionDescriptor MULTIPLY_FLOATS = FunctionDescriptor.ofVoid(
            LONG,
            ValueLayout.ADDRESS,
            LONG,
            LONG,
            ValueLayout.ADDRESS,
            LONG,
            LONG,
            LONG,
            ValueLayout.ADDRESS,
            LONG,
            LONG);

    /** The best form that a processor has. */
    static Optional<MachineForm> best(ProcessorFeatures features) {
        return Arrays.stream(MachineForm.values())
                .filter(form -> features.hasAll(form.needs()))
                .findFirst();
    }

    /** Whether machine code can be had in this process, and in which form. */
    static Availability availability() {
        if (ExecutableMemory.automatic().availability() instanceof Unavailable missing) {
            return missing;
        }
        return best(ProcessorFeatures.current())
                .<Availability>map(form -> new Available(describe(form)))
                .orElseGet(() -> new Unavailable(
                        "this processor has no AVX2 and FMA", "nothing to do: the Vector API computes instead"));
    }

    /** The products in the best form of this process, which stay loaded until it ends; none where they are unavailable. */
    static Optional<MachineProducts> load() {
        if (availability() instanceof Unavailable) {
            return Optional.empty();
        }
        return best(ProcessorFeatures.current()).map(form -> load(form, ExecutableMemory.automatic(), Arena.global()));
    }

    /** The products in one form, for as long as the arena is open. */
    static MachineProducts load(MachineForm form, ExecutableMemory memory, Arena owner) {
        Assembler assembler = new Assembler();
        Map<MachineRoutine, Label> entries = new EnumMap<>(MachineRoutine.class);
        for (MachineRoutine routine : MachineRoutine.values()) {
            Label entry = new Label(routine.name());
            entries.put(routine, entry);
            assembler.place(entry);
            routine.write(assembler, form);
        }
        Program program = assembler.assemble();
        MemorySegment all = memory.load(program.code(), owner);
        Map<MachineRoutine, MemorySegment> code = new EnumMap<>(MachineRoutine.class);
        entries.forEach((routine, entry) -> code.put(routine, all.asSlice(program.offset(entry))));
        MemorySegment quantize = entry(code, MachineRoutine.QUANTIZE);
        MemorySegment quantizeGroups = entry(code, MachineRoutine.QUANTIZE_GROUPS);
        return new MachineProducts(
                form,
                ExecutableMemory.link(quantize, QUANTIZE),
                ExecutableMemory.link(quantizeGroups, QUANTIZE),
                ExecutableMemory.linkWithArrays(quantize, QUANTIZE_ARRAY),
                ExecutableMemory.linkWithArrays(quantizeGroups, QUANTIZE_ARRAY),
                ExecutableMemory.link(entry(code, MachineRoutine.SUM_NEGATIVES), NEGATIVES),
                ExecutableMemory.link(entry(code, MachineRoutine.SUM_NEGATIVES_OF_GROUPS), NEGATIVES),
                ExecutableMemory.linkWithArrays(entry(code, MachineRoutine.MULTIPLY_I8), MULTIPLY),
                ExecutableMemory.linkWithArrays(entry(code, MachineRoutine.MULTIPLY_I8_GROUPS), MULTIPLY),
                ExecutableMemory.linkWithArrays(entry(code, MachineRoutine.MULTIPLY_I4_GROUPS), MULTIPLY),
                ExecutableMemory.linkWithArrays(entry(code, MachineRoutine.MULTIPLY_F32), MULTIPLY_FLOATS),
                ExecutableMemory.linkWithArrays(entry(code, MachineRoutine.MULTIPLY_BF16), MULTIPLY_FLOATS));
    }

    private static MemorySegment entry(Map<MachineRoutine, MemorySegment> code, MachineRoutine routine) {
        return Objects.requireNonNull(code.get(routine));
    }

    @Override
    public String description() {
        return describe(form);
    }

    private static String describe(MachineForm form) {
        return "machine code, " + form.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void quantize(long values, int inputs, long row) {
        try {
            quantizeHandle.invokeExact(values, (long) inputs, row);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    @Override
    public void quantizeGroups(long values, int inputs, long row) {
        try {
            quantizeGroupsHandle.invokeExact(values, (long) inputs, row);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    @Override
    public void quantize(float[] values, int from, int inputs, long row) {
        MemorySegment slice = slice(values, from, inputs);
        try {
            quantizeArrayHandle.invokeExact(slice, (long) inputs, row);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    @Override
    public void quantizeGroups(float[] values, int from, int inputs, long row) {
        MemorySegment slice = slice(values, from, inputs);
        try {
            quantizeArrayGroupsHandle.invokeExact(slice, (long) inputs, row);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    private static MemorySegment slice(float[] values, int from, int inputs) {
        return MemorySegment.ofArray(values).asSlice((long) Float.BYTES * from, (long) Float.BYTES * inputs);
    }

    @Override
    public boolean needsNegatives() {
        return !form.hasDot();
    }

    @Override
    public void sumNegatives(long weights, int panels, int inputs, long negatives) {
        try {
            sumNegativesHandle.invokeExact(weights, (long) panels, (long) inputs, negatives);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    @Override
    public void sumNegativesOfGroups(long weights, int panels, int inputs, long negatives) {
        try {
            sumNegativesOfGroupsHandle.invokeExact(weights, (long) panels, (long) inputs, negatives);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
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
        try {
            multiplyI8Handle.invokeExact(
                    (long) rows,
                    activations,
                    activationStride,
                    weights,
                    scales,
                    (long) panels,
                    (long) inputs,
                    output,
                    outputStride,
                    negatives);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
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
        try {
            multiplyI8GroupsHandle.invokeExact(
                    (long) rows,
                    activations,
                    activationStride,
                    weights,
                    scales,
                    (long) panels,
                    (long) inputs,
                    output,
                    outputStride,
                    negatives);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
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
        try {
            multiplyI4GroupsHandle.invokeExact(
                    (long) rows,
                    activations,
                    activationStride,
                    weights,
                    scales,
                    (long) panels,
                    (long) inputs,
                    output,
                    outputStride,
                    0L);
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
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
        try {
            if (type == WeightType.BF16) {
                multiplyBf16Handle.invokeExact(
                        (long) rows,
                        input,
                        inputOffset,
                        inputStride,
                        weights,
                        weightsOffset,
                        weightsStride,
                        (long) inputs,
                        sums,
                        sumsOffset,
                        sumsStride);
            } else {
                multiplyF32Handle.invokeExact(
                        (long) rows,
                        input,
                        inputOffset,
                        inputStride,
                        weights,
                        weightsOffset,
                        weightsStride,
                        (long) inputs,
                        sums,
                        sumsOffset,
                        sumsStride);
            }
        } catch (Throwable unexpected) {
            throw unreachable(unexpected);
        }
    }

    /** A downcall declares Throwable; the routines raise nothing, so what comes is an error of the JVM. */
    private static Error unreachable(Throwable unexpected) {
        return unexpected instanceof Error error ? error : new AssertionError(unexpected);
    }
}
