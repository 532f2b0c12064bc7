package dev.psyne.platform.assembler;

import dev.psyne.platform.assembler.VectorOperation.Encodings;
import dev.psyne.platform.assembler.VectorOperation.Form;
import java.util.List;

/**
 * The encodings VEX and EVEX (volume 2 of Intel's manual, sections 2.3 and 2.7): the operands' numbers, three bits of them
 * where they always were, the fourth and the fifth inverted in the prefix.
 */
final class VectorEncoding {
    private static final int VEX_TWO_BYTES = 0xc5;
    private static final int VEX_THREE_BYTES = 0xc4;
    private static final int EVEX = 0x62;
    private static final int ALWAYS_SET = 4;
    private static final int VEX_REGISTERS = 16;
    private static final int YMM_BYTES = 32;
    private static final int ZMM_BYTES = 64;

    private final VectorOperation operation;
    private final int immediate;
    private final int register;
    private final int second;
    private final Operand other;
    private final int bytes;

    private VectorEncoding(Instruction.Vector instruction) {
        operation = instruction.operation();
        immediate = instruction.immediate();
        List<Operand> operands = instruction.operands();
        boolean store = operation.form() == Form.STORE;
        other = operands.get(store ? 0 : operands.size() - 1);
        second = operation.form() == Form.THREE ? number(operands.get(1)) : shifted(operands);
        register = operation.form() == Form.SHIFT ? operation.extension() : number(operands.get(store ? 1 : 0));
        bytes = ((VectorRegister) operands.get(store ? 1 : 0)).bytes();
    }

    private int shifted(List<Operand> operands) {
        return operation.form() == Form.SHIFT ? number(operands.getFirst()) : 0;
    }

    private static int number(Operand operand) {
        return switch (operand) {
            case VectorRegister vector -> vector.number();
            case GeneralRegister general -> general.ordinal();
            case Memory _ -> throw new IllegalArgumentException(operand + " where a register must be");
        };
    }

    static byte[] encode(Instruction.Vector instruction) {
        if (instruction.operation().form() == Form.NONE) {
            return new CodeBuffer()
                    .byteOf(VEX_TWO_BYTES)
                    .byteOf(0xf8)
                    .byteOf(instruction.operation().opcode())
                    .toArray();
        }
        return new VectorEncoding(instruction).encode();
    }

    private byte[] encode() {
        boolean extended = isExtended();
        if (extended && operation.encodings() == Encodings.VEX) {
            throw new IllegalArgumentException(
                    operation + " over ZMM or a register above 15; only its form over the first 16 is known here");
        }
        boolean evex = extended || operation.encodings() == Encodings.EVEX;
        CodeBuffer code = new CodeBuffer();
        if (evex) {
            evex(code);
        } else {
            vex(code);
        }
        code.byteOf(operation.opcode());
        if (other instanceof Memory memory) {
            code.memory(register, memory, evex ? operation.memoryBytes(bytes) : 1);
        } else {
            code.direct(register, number(other));
        }
        return (operation.hasImmediate() ? code.byteOf(immediate) : code).toArray();
    }

    private boolean isExtended() {
        boolean high = other instanceof VectorRegister vector && vector.number() >= VEX_REGISTERS;
        return bytes == ZMM_BYTES || register >= VEX_REGISTERS || second >= VEX_REGISTERS || high;
    }

    private void vex(CodeBuffer code) {
        int last = inverted(second, 0xf) << 3 | (bytes == YMM_BYTES ? ALWAYS_SET : 0) | prefix();
        int r = inverted(register >> 3, 1) << 7;
        int x = inverted(index() >> 3, 1) << 6;
        int b = inverted(base() >> 3, 1) << 5;
        if (operation.map() == 1 && operation.wide() == 0 && x != 0 && b != 0) {
            code.byteOf(VEX_TWO_BYTES).byteOf(r | last);
        } else {
            code.byteOf(VEX_THREE_BYTES).byteOf(r | x | b | operation.map()).byteOf(operation.wide() << 7 | last);
        }
    }

    private void evex(CodeBuffer code) {
        int r = inverted(register >> 3, 1) << 7 | inverted(register >> 4, 1) << 4;
        int b = inverted(base() >> 3, 1) << 5;
        int length = bytes == ZMM_BYTES ? 2 : bytes == YMM_BYTES ? 1 : 0;
        // A register in the place of memory has its fifth bit where an index has its fourth.
        int x = inverted(other instanceof VectorRegister vector ? vector.number() >> 4 : index() >> 3, 1) << 6;
        code.byteOf(EVEX)
                .byteOf(r | x | b | operation.map())
                .byteOf(operation.wide() << 7 | inverted(second, 0xf) << 3 | ALWAYS_SET | prefix())
                .byteOf(length << 5 | inverted(second >> 4, 1) << 3);
    }

    private int base() {
        return other instanceof Memory memory ? memory.base().ordinal() : number(other);
    }

    private int index() {
        if (!(other instanceof Memory memory)) {
            return 0;
        }
        GeneralRegister index = memory.index();
        return index == null ? 0 : index.ordinal();
    }

    private int prefix() {
        return switch (operation.prefix()) {
            case NONE -> 0;
            case P66 -> 1;
            case PF3 -> 2;
        };
    }

    private static int inverted(int value, int mask) {
        return ~value & mask;
    }
}
