package dev.psyne.tensor;

import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Instruction;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.Operand;
import dev.psyne.platform.assembler.VectorOperation;
import dev.psyne.platform.assembler.VectorRegister;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** The vector registers of the {@link Interpreter} and what the operations do to them, from Intel's pseudocode. */
final class VectorUnit {
    private static final int BYTES = 64;
    private static final int PART_BYTES = 16;

    private final Interpreter interpreter;
    private final byte[][] registers = new byte[VectorRegister.COUNT][BYTES];

    VectorUnit(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    void execute(Instruction.Vector instruction) {
        List<Operand> operands = instruction.operands();
        switch (instruction.operation()) {
            case VZEROUPPER -> Arrays.stream(registers).limit(16).forEach(r -> Arrays.fill(r, 16, BYTES, (byte) 0));
            case VMOVUPS_STORE -> store(operands.getFirst(), bytes(operands.get(1), width(operands.get(1))));
            case VMOVD_STORE -> store(operands.getFirst(), bytes(operands.get(1), Float.BYTES));
            case VEXTRACTI128 -> {
                int from = instruction.immediate() * PART_BYTES;
                byte[] all = bytes(operands.get(1), width(operands.get(1)));
                store(operands.getFirst(), Arrays.copyOfRange(all, from, from + PART_BYTES));
            }
            case VMOVQ -> {
                ByteBuffer low = empty(PART_BYTES);
                low.putLong(0, interpreter.get((GeneralRegister) operands.get(1)));
                store(operands.getFirst(), low.array());
            }
            default -> store(operands.getFirst(), compute(instruction, width(operands.getFirst())));
        }
    }

    private static int width(Operand operand) {
        return ((VectorRegister) operand).bytes();
    }

    private byte[] bytes(Operand operand, int count) {
        return switch (operand) {
            case VectorRegister register -> Arrays.copyOf(registers[register.number()], count);
            case Memory memory ->
                interpreter.at(interpreter.address(memory), count).toArray(ValueLayout.JAVA_BYTE);
            case GeneralRegister register -> throw new AssertionError(register);
        };
    }

    private void store(Operand operand, byte[] value) {
        if (operand instanceof Memory memory) {
            MemorySegment target = interpreter.at(interpreter.address(memory), value.length);
            target.copyFrom(MemorySegment.ofArray(value));
        } else {
            registers[((VectorRegister) operand).number()] = Arrays.copyOf(value, BYTES);
        }
    }

    private byte[] compute(Instruction.Vector instruction, int width) {
        List<Operand> operands = instruction.operands();
        VectorOperation operation = instruction.operation();
        int source = switch (operation) {
            case VPBROADCASTD, VDIVSS -> Float.BYTES;
            case VPMOVZXBD -> Long.BYTES;
            case VPMOVZXWD -> width / 2;
            default -> width;
        };
        ByteBuffer last = wrap(bytes(operands.getLast(), source));
        ByteBuffer before = wrap(bytes(operands.getFirst(), width));
        if (operands.size() == 3) {
            return compute(operation, before, wrap(bytes(operands.get(1), width)), last)
                    .array();
        }
        int number = instruction.immediate();
        ByteBuffer result = switch (operation) {
            case VMOVUPS -> last;
            case VPBROADCASTD -> ints(width, _ -> last.getInt(0));
            case VPABSB -> each(width, i -> Math.abs(last.get(i)));
            case VPSRLW -> words(width, i -> (last.getShort(i) & 0xffff) >> number);
            case VPSRLD -> ints(width, i -> last.getInt(i) >>> number);
            case VPSLLD -> ints(width, i -> last.getInt(i) << number);
            case VPSHUFD -> ints(width, i -> last.getInt((i & -PART_BYTES) + (number >> i % PART_BYTES / 2 & 3) * 4));
            case VPMOVZXBD -> ints(width, i -> last.get(i / 4) & 0xff);
            case VPMOVZXWD -> ints(width, i -> last.getShort(i / 2) & 0xffff);
            case VCVTDQ2PS -> ints(width, i -> Float.floatToRawIntBits(last.getInt(i)));
            case VCVTPS2DQ -> ints(width, i -> toInt(last.getFloat(i)));
            default -> throw new AssertionError("not interpreted: " + instruction);
        };
        return result.array();
    }

    private static ByteBuffer compute(VectorOperation operation, ByteBuffer before, ByteBuffer a, ByteBuffer b) {
        int width = a.capacity();
        IntBinaryOperator product = (i, j) -> (a.get(i) & 0xff) * b.get(j);
        return switch (operation) {
            case VPSIGNB -> each(width, i -> Integer.signum(b.get(i)) * a.get(i));
            case VPMADDUBSW ->
                words(width, i -> saturate(product.applyAsInt(i, i) + product.applyAsInt(i + 1, i + 1), 16));
            case VPMADDWD -> ints(width, i -> a.getShort(i) * b.getShort(i) + a.getShort(i + 2) * b.getShort(i + 2));
            case VPDPBUSD ->
                ints(width, i -> {
                    int sum = before.getInt(i);
                    for (int j = i; j < i + 4; j++) {
                        sum += product.applyAsInt(j, j);
                    }
                    return sum;
                });
            case VPCMPGTB -> each(width, i -> a.get(i) > b.get(i) ? -1 : 0);
            case VPADDW -> words(width, i -> a.getShort(i) + b.getShort(i));
            case VPADDD -> ints(width, i -> a.getInt(i) + b.getInt(i));
            case VPSUBD -> ints(width, i -> a.getInt(i) - b.getInt(i));
            case VPMAXSD -> ints(width, i -> Math.max(a.getInt(i), b.getInt(i)));
            case VPAND, VPANDD -> ints(width, i -> a.getInt(i) & b.getInt(i));
            case VPXOR, VPXORD -> ints(width, i -> a.getInt(i) ^ b.getInt(i));
            case VPERMD -> ints(width, i -> b.getInt((a.getInt(i) & 7) * 4));
            case VPACKSSDW -> words(width, i -> saturate((i & 8) == 0 ? a.getInt(wide(i)) : b.getInt(wide(i)), 16));
            case VPACKSSWB -> each(width, i -> saturate((i & 8) == 0 ? a.getShort(wide(i)) : b.getShort(wide(i)), 8));
            case VMULPS -> ints(width, i -> Float.floatToRawIntBits(a.getFloat(i) * b.getFloat(i)));
            case VDIVSS ->
                ints(width, i -> i == 0 ? Float.floatToRawIntBits(a.getFloat(0) / b.getFloat(0)) : a.getInt(i));
            case VFMADD231PS ->
                ints(width, i -> Float.floatToRawIntBits(Math.fma(a.getFloat(i), b.getFloat(i), before.getFloat(i))));
            default -> throw new AssertionError("not interpreted: " + operation);
        };
    }

    /** Where packing takes the lane from that it puts at byte {@code i} of its 16. */
    private static int wide(int i) {
        return (i & -PART_BYTES) + 2 * (i & 7);
    }

    private static int saturate(int value, int bits) {
        return Math.clamp(value, -(1 << bits - 1), (1 << bits - 1) - 1);
    }

    private static int toInt(float value) {
        double rounded = Math.rint(value);
        return Math.abs(rounded) < 0x1p31 ? (int) rounded : Integer.MIN_VALUE;
    }

    private static ByteBuffer each(int width, IntUnaryOperator lane) {
        ByteBuffer result = empty(width);
        for (int i = 0; i < width; i++) {
            result.put(i, (byte) lane.applyAsInt(i));
        }
        return result;
    }

    private static ByteBuffer words(int width, IntUnaryOperator lane) {
        ByteBuffer result = empty(width);
        for (int i = 0; i < width; i += Short.BYTES) {
            result.putShort(i, (short) lane.applyAsInt(i));
        }
        return result;
    }

    private static ByteBuffer ints(int width, IntUnaryOperator lane) {
        ByteBuffer result = empty(width);
        for (int i = 0; i < width; i += Integer.BYTES) {
            result.putInt(i, lane.applyAsInt(i));
        }
        return result;
    }

    private static ByteBuffer empty(int bytes) {
        return wrap(new byte[bytes]);
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
