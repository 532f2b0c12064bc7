package dev.psyne.platform.assembler;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a program of x86-64, instruction by instruction: the methods are named as Intel names the instructions and take
 * their operands in Intel's order, the destination first. A wrong operand is an {@link IllegalArgumentException} from the
 * method or from {@link #assemble()}. For one thread.
 */
public final class Assembler {
    private static final int MAX_IMMEDIATE = 255;

    private final List<Instruction> instructions = new ArrayList<>();

    /**
     * The program so far.
     *
     * @throws IllegalArgumentException if a jump's label is not placed, is placed twice, or an instruction has no such form
     */
    public Program assemble() {
        return new Program(instructions);
    }

    /** Places a label here. */
    public void place(Label label) {
        instructions.add(new Instruction.Place(label));
    }

    /** Jumps if the last comparison or arithmetic says so. */
    public void jump(Condition condition, Label label) {
        instructions.add(new Instruction.Jump(condition, label));
    }

    /** Applies ADD, OR, AND, SUB, XOR, CMP, MOV or IMUL to two operands, of which at most one is memory. */
    public void apply(GeneralOperation operation, Operand.General target, Operand.General source) {
        boolean known = operation.compareTo(GeneralOperation.MOV) <= 0 || operation == GeneralOperation.IMUL;
        if (!known || target instanceof Memory && (source instanceof Memory || operation == GeneralOperation.IMUL)) {
            throw new IllegalArgumentException(
                    operation + " of " + target + " and " + source + "; there is no such form");
        }
        general(operation, 0, target, source);
    }

    /** Applies ADD, OR, AND, SUB, XOR, CMP (a number of 32 bits, with sign), SHL or SHR (0 to 63) to an operand and a number. */
    public void apply(GeneralOperation operation, Operand.General target, int number) {
        boolean shift = operation == GeneralOperation.SHL || operation == GeneralOperation.SHR;
        boolean known = operation.compareTo(GeneralOperation.CMP) <= 0 || shift;
        if (!known || shift && (number < 0 || number >= Long.SIZE || target instanceof Memory)) {
            throw new IllegalArgumentException(
                    operation + " of " + target + " and " + number + "; there is no such form");
        }
        general(operation, number, target);
    }

    /** Copies a register or memory; at most one of both is memory. */
    public void mov(Operand.General target, Operand.General source) {
        apply(GeneralOperation.MOV, target, source);
    }

    /** Sets a register to a number. */
    public void mov(GeneralRegister target, long number) {
        general(GeneralOperation.MOV_NUMBER, number, target);
    }

    /** Sets a register to the address itself. */
    public void lea(GeneralRegister target, Memory address) {
        general(GeneralOperation.LEA, 0, target, address);
    }

    /** Puts a register on the stack. */
    public void push(GeneralRegister register) {
        general(GeneralOperation.PUSH, 0, register);
    }

    /** Takes a register from the stack. */
    public void pop(GeneralRegister register) {
        general(GeneralOperation.POP, 0, register);
    }

    /** Brings a line of memory near; an address that is not mapped does no harm. */
    public void prefetcht0(Memory address) {
        general(GeneralOperation.PREFETCHT0, 0, address);
    }

    /** Brings a line of memory near for one use; an address that is not mapped does no harm. */
    public void prefetchnta(Memory address) {
        general(GeneralOperation.PREFETCHNTA, 0, address);
    }

    /** RET, CPUID or XGETBV. */
    public void plain(GeneralOperation operation) {
        if (operation != GeneralOperation.RET
                && operation != GeneralOperation.CPUID
                && operation != GeneralOperation.XGETBV) {
            throw new IllegalArgumentException(operation + " without operands; RET, CPUID and XGETBV have none");
        }
        general(operation, 0);
    }

    private void general(GeneralOperation operation, long immediate, Operand... operands) {
        instructions.add(new Instruction.General(operation, List.of(operands), immediate));
    }

    /** Loads a vector. */
    public void vmovups(VectorRegister target, Memory source) {
        vector(VectorOperation.VMOVUPS, 0, target, source);
    }

    /** Stores a vector. */
    public void vmovups(Memory target, VectorRegister source) {
        vector(VectorOperation.VMOVUPS_STORE, 0, target, source);
    }

    /** Fills a vector with four bytes of memory, or those at the begin of an XMM register. */
    public void vpbroadcastd(VectorRegister target, Operand.Vector source) {
        if (source instanceof VectorRegister register) {
            requireBytes(16, register);
        }
        vector(VectorOperation.VPBROADCASTD, 0, target, source);
    }

    /** Applies an operation with one source of the same width. */
    public void apply(VectorOperation operation, VectorRegister target, Operand.Vector source) {
        require(
                operation == VectorOperation.VPABSB
                        || operation == VectorOperation.VCVTDQ2PS
                        || operation == VectorOperation.VCVTPS2DQ,
                operation,
                target,
                source);
        vector(operation, 0, target, source);
    }

    /** Applies an operation with two sources of the same width. */
    public void apply(VectorOperation operation, VectorRegister target, VectorRegister first, Operand.Vector second) {
        require(operation.form() == VectorOperation.Form.THREE, operation, target, first);
        require(true, operation, target, second);
        vector(operation, 0, target, first, second);
    }

    /** Shifts, or shuffles, by a number of 0 to 255. */
    public void apply(VectorOperation operation, VectorRegister target, VectorRegister source, int number) {
        boolean known = operation.form() == VectorOperation.Form.SHIFT || operation == VectorOperation.VPSHUFD;
        require(known && number >= 0 && number <= MAX_IMMEDIATE, operation, target, source);
        vector(operation, number, target, source);
    }

    /** Takes the low (0) or the high (1) half of a YMM register. */
    public void vextracti128(VectorRegister target, VectorRegister source, int half) {
        requireBytes(16, target);
        requireBytes(32, source);
        require(half == 0 || half == 1, VectorOperation.VEXTRACTI128, target, target);
        vector(VectorOperation.VEXTRACTI128, half, target, source);
    }

    /** Widens the eight bytes at the begin of an XMM register to the double words of a YMM register. */
    public void vpmovzxbd(VectorRegister target, VectorRegister source) {
        requireBytes(32, target);
        requireBytes(16, source);
        vector(VectorOperation.VPMOVZXBD, 0, target, source);
    }

    /** Widens words of memory, half as many bytes as the vector has, to the double words of it. */
    public void vpmovzxwd(VectorRegister target, Memory source) {
        vector(VectorOperation.VPMOVZXWD, 0, target, source);
    }

    /** Copies a general purpose register to the begin of an XMM register, clearing the rest. */
    public void vmovq(VectorRegister target, GeneralRegister source) {
        requireBytes(16, target);
        vector(VectorOperation.VMOVQ, 0, target, source);
    }

    /** Stores the four bytes at the begin of an XMM register. */
    public void vmovd(Memory target, VectorRegister source) {
        requireBytes(16, source);
        vector(VectorOperation.VMOVD_STORE, 0, target, source);
    }

    /** Clears the upper parts of the vector registers, without which SSE code that follows is slow. */
    public void vzeroupper() {
        vector(VectorOperation.VZEROUPPER, 0);
    }

    private void vector(VectorOperation operation, int immediate, Operand... operands) {
        instructions.add(new Instruction.Vector(operation, List.of(operands), immediate));
    }

    private static void require(boolean known, VectorOperation operation, VectorRegister target, Operand source) {
        boolean narrow = operation == VectorOperation.VDIVSS && target.bytes() != 16;
        boolean mixed = source instanceof VectorRegister register && register.bytes() != target.bytes();
        if (!known || mixed || narrow) {
            throw new IllegalArgumentException(
                    operation + " of " + target + " and " + source + "; there is no such form");
        }
    }

    private static void requireBytes(int bytes, VectorRegister register) {
        if (register.bytes() != bytes) {
            throw new IllegalArgumentException(register + "; it must have " + bytes + " bytes");
        }
    }
}
