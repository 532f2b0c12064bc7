package dev.psyne.tensor;

import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Instruction;
import dev.psyne.platform.assembler.Label;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.Operand;
import dev.psyne.platform.assembler.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Executes an assembled program instruction by instruction, so that routines run whose instructions this processor lacks.
 * Real memory at real addresses, but only what it was given: an access outside is an error, as is a register that the
 * ABI wants kept and that is not.
 */
final class Interpreter {
    private static final long RETURN_ADDRESS = 0x5afe_5afe_5afeL;
    private static final int STACK_BYTES = 1 << 12;
    private static final int REGISTER_ARGUMENTS = 6;
    private static final List<GeneralRegister> ARGUMENTS = List.of(
            GeneralRegister.RDI,
            GeneralRegister.RSI,
            GeneralRegister.RDX,
            GeneralRegister.RCX,
            GeneralRegister.R8,
            GeneralRegister.R9);
    private static final List<GeneralRegister> KEPT = List.of(
            GeneralRegister.RBX,
            GeneralRegister.RBP,
            GeneralRegister.R12,
            GeneralRegister.R13,
            GeneralRegister.R14,
            GeneralRegister.R15);

    private final Program program;
    private final List<MemorySegment> memory;
    private final long[] registers = new long[GeneralRegister.values().length];
    private final VectorUnit vectors = new VectorUnit(this);
    private int comparison;

    /** An interpreter over a program that may touch these segments and its own stack only. */
    Interpreter(Program program, List<MemorySegment> memory) {
        this.program = program;
        this.memory = new ArrayList<>(memory);
    }

    /** Calls what begins at a label, by the System V ABI. */
    void call(Label entry, long... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stack = arena.allocate(STACK_BYTES, 64);
            memory.add(stack);
            for (GeneralRegister register : KEPT) {
                set(register, register.ordinal() * 1_000_003L);
            }
            set(GeneralRegister.RSP, stack.address() + STACK_BYTES);
            for (int i = arguments.length - 1; i >= 0; i--) {
                if (i < REGISTER_ARGUMENTS) {
                    set(ARGUMENTS.get(i), arguments[i]);
                } else {
                    push(arguments[i]);
                }
            }
            long top = get(GeneralRegister.RSP);
            push(RETURN_ADDRESS);
            run(program.index(entry));
            check(get(GeneralRegister.RSP) == top, "the stack is not where it was");
            for (GeneralRegister register : KEPT) {
                check(get(register) == register.ordinal() * 1_000_003L, register + " is not kept");
            }
            memory.removeLast();
        }
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    private void run(int from) {
        int at = from;
        while (true) {
            switch (program.instructions().get(at)) {
                case Instruction.Place _ -> at++;
                case Instruction.Vector vector -> {
                    vectors.execute(vector);
                    at++;
                }
                case Instruction.Jump jump -> at = isTaken(jump) ? program.index(jump.label()) : at + 1;
                case Instruction.General general -> {
                    if (execute(general)) {
                        return;
                    }
                    at++;
                }
            }
        }
    }

    private boolean isTaken(Instruction.Jump jump) {
        return switch (jump.condition()) {
            case EQUAL -> comparison == 0;
            case NOT_EQUAL -> comparison != 0;
            case LESS -> comparison < 0;
            case GREATER_OR_EQUAL -> comparison >= 0;
            case ALWAYS -> true;
        };
    }

    /** Whether it was the return from the call. */
    private boolean execute(Instruction.General instruction) {
        List<Operand> operands = instruction.operands();
        switch (instruction.operation()) {
            case RET -> {
                check(pop() == RETURN_ADDRESS, "returned elsewhere");
                return true;
            }
            case PUSH -> push(value(operands.getFirst()));
            case POP -> store(operands.getFirst(), pop());
            case PREFETCHT0, PREFETCHNTA -> {}
            case LEA -> store(operands.getFirst(), address((Memory) operands.get(1)));
            case MOV_NUMBER -> store(operands.getFirst(), instruction.immediate());
            default -> arithmetic(instruction);
        }
        return false;
    }

    private void arithmetic(Instruction.General instruction) {
        List<Operand> operands = instruction.operands();
        Operand target = operands.getFirst();
        long a = value(target);
        long b = operands.size() == 2 ? value(operands.get(1)) : instruction.immediate();
        switch (instruction.operation()) {
            case MOV -> store(target, b);
            case ADD -> store(target, a + b);
            case AND -> store(target, a & b);
            case OR -> store(target, a | b);
            case XOR -> store(target, a ^ b);
            case IMUL -> store(target, a * b);
            case SHL -> store(target, a << b);
            case SHR -> store(target, a >>> b);
            case CMP -> comparison = Long.compare(a, b);
            case SUB -> {
                comparison = Long.compare(a, b);
                store(target, a - b);
            }
            default -> throw new AssertionError("not interpreted: " + instruction);
        }
    }

    private void push(long value) {
        set(GeneralRegister.RSP, get(GeneralRegister.RSP) - Long.BYTES);
        at(get(GeneralRegister.RSP), Long.BYTES).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
    }

    private long pop() {
        long value = at(get(GeneralRegister.RSP), Long.BYTES).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        set(GeneralRegister.RSP, get(GeneralRegister.RSP) + Long.BYTES);
        return value;
    }

    private long value(Operand operand) {
        return operand instanceof GeneralRegister register
                ? get(register)
                : at(address((Memory) operand), Long.BYTES).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    private void store(Operand operand, long value) {
        if (operand instanceof GeneralRegister register) {
            set(register, value);
        } else {
            at(address((Memory) operand), Long.BYTES).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        }
    }

    long get(GeneralRegister register) {
        return registers[register.ordinal()];
    }

    private void set(GeneralRegister register, long value) {
        registers[register.ordinal()] = value;
    }

    long address(Memory memory) {
        GeneralRegister index = memory.index();
        return get(memory.base()) + (index == null ? 0 : get(index) * memory.scale()) + memory.displacement();
    }

    /** The memory at an address, if it was given. */
    MemorySegment at(long address, int bytes) {
        for (MemorySegment segment : memory) {
            long offset = address - segment.address();
            if (offset >= 0 && offset <= segment.byteSize() - bytes) {
                return segment.asSlice(offset, bytes);
            }
        }
        throw new AssertionError("an access of " + bytes + " bytes outside of what the routine was given");
    }
}
