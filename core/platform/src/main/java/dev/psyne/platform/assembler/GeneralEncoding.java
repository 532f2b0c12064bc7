package dev.psyne.platform.assembler;

import java.util.List;

/** The encodings of 64-bit instructions with REX (volume 2 of Intel's manual, section 2.2.1). */
final class GeneralEncoding {
    private static final int REX = 0x40;
    private static final int REX_W = 0x48;
    private static final int TWO_BYTES = 0x0f;
    private static final int MOV_STORE = 0x89;
    private static final int MOV_LOAD = 0x8b;
    private static final int LOW_BITS = 7;
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private GeneralEncoding() {}

    static byte[] encode(Instruction.General instruction) {
        GeneralOperation operation = instruction.operation();
        List<Operand> operands = instruction.operands();
        CodeBuffer code = new CodeBuffer();
        switch (operation) {
            case RET -> code.byteOf(0xc3);
            case CPUID -> code.byteOf(TWO_BYTES).byteOf(0xa2);
            case XGETBV -> code.byteOf(TWO_BYTES).byteOf(0x01).byteOf(0xd0);
            case PUSH -> stack(code, 0x50, number(operands.getFirst()));
            case POP -> stack(code, 0x58, number(operands.getFirst()));
            case MOV_NUMBER -> number(code, number(operands.getFirst()), instruction.immediate());
            case LEA -> twoOperands(code, new int[] {0x8d}, number(operands.get(0)), operands.get(1));
            case IMUL -> twoOperands(code, new int[] {TWO_BYTES, 0xaf}, number(operands.get(0)), operands.get(1));
            case SHL, SHR -> shift(code, operation, operands.getFirst(), (int) instruction.immediate());
            case PREFETCHT0, PREFETCHNTA -> prefetch(code, operation, (Memory) operands.getFirst());
            case MOV -> copy(code, MOV_LOAD, MOV_STORE, operands);
            case ADD, OR, AND, SUB, XOR, CMP -> arithmetic(code, instruction);
        }
        return code.toArray();
    }

    private static int number(Operand operand) {
        return ((GeneralRegister) operand).ordinal();
    }

    private static void stack(CodeBuffer code, int opcode, int register) {
        (register > LOW_BITS ? code.byteOf(REX | 1) : code).byteOf(opcode | register & LOW_BITS);
    }

    private static void number(CodeBuffer code, int register, long value) {
        int high = register > LOW_BITS ? 1 : 0;
        boolean isInt = (value & UNSIGNED_INT) == value;
        if (!isInt || high != 0) {
            code.byteOf((isInt ? REX : REX_W) | high);
        }
        code.byteOf(0xb8 | register & LOW_BITS);
        if (isInt) {
            code.intOf((int) value);
        } else {
            code.longOf(value);
        }
    }

    private static void shift(CodeBuffer code, GeneralOperation operation, Operand register, int count) {
        twoOperands(code, new int[] {count == 1 ? 0xd1 : 0xc1}, operation.extension(), register);
        if (count != 1) {
            code.byteOf(count);
        }
    }

    private static void prefetch(CodeBuffer code, GeneralOperation operation, Memory memory) {
        int rex = rex(0, memory);
        (rex == 0 ? code : code.byteOf(REX | rex))
                .byteOf(TWO_BYTES)
                .byteOf(0x18)
                .memory(operation.extension(), memory, 1);
    }

    private static void copy(CodeBuffer code, int load, int store, List<Operand> operands) {
        if (operands.get(1) instanceof Memory) {
            twoOperands(code, new int[] {load}, number(operands.get(0)), operands.get(1));
        } else {
            twoOperands(code, new int[] {store}, number(operands.get(1)), operands.get(0));
        }
    }

    private static void arithmetic(CodeBuffer code, Instruction.General instruction) {
        int digit = instruction.operation().extension();
        List<Operand> operands = instruction.operands();
        if (operands.size() == 2) {
            copy(code, digit << 3 | 3, digit << 3 | 1, operands);
            return;
        }
        Operand target = operands.getFirst();
        int value = (int) instruction.immediate();
        if (CodeBuffer.isByte(value)) {
            twoOperands(code, new int[] {0x83}, digit, target);
            code.byteOf(value);
        } else if (target == GeneralRegister.RAX) {
            code.byteOf(REX_W).byteOf(digit << 3 | 5).intOf(value);
        } else {
            twoOperands(code, new int[] {0x81}, digit, target);
            code.intOf(value);
        }
    }

    private static void twoOperands(CodeBuffer code, int[] opcode, int register, Operand other) {
        code.byteOf(REX_W | rex(register, other));
        for (int part : opcode) {
            code.byteOf(part);
        }
        if (other instanceof Memory memory) {
            code.memory(register, memory, 1);
        } else {
            code.direct(register, number(other));
        }
    }

    private static int rex(int register, Operand other) {
        int r = register > LOW_BITS ? 4 : 0;
        if (other instanceof Memory memory) {
            GeneralRegister index = memory.index();
            int x = index != null && index.ordinal() > LOW_BITS ? 2 : 0;
            return r | x | (memory.base().ordinal() > LOW_BITS ? 1 : 0);
        }
        return r | (number(other) > LOW_BITS ? 1 : 0);
    }
}
