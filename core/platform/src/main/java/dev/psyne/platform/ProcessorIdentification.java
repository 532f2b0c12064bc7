package dev.psyne.platform;

import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.GeneralOperation;
import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Label;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** CPUID and XGETBV, executed. */
final class ProcessorIdentification implements ProcessorFeatures.Source, AutoCloseable {
    private static final int REGISTERS = 4;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment answer = arena.allocate(REGISTERS * Long.BYTES, Long.BYTES);
    private final MethodHandle identify;
    private final MethodHandle state;

    ProcessorIdentification(ExecutableMemory memory) {
        Assembler assembler = new Assembler();
        Label stateEntry = new Label("state");
        writeIdentify(assembler);
        assembler.place(stateEntry);
        writeState(assembler);
        Program program = assembler.assemble();
        MemorySegment code = memory.load(program.code(), arena);
        ValueLayout.OfLong aLong = ValueLayout.JAVA_LONG;
        identify = ExecutableMemory.link(code, FunctionDescriptor.ofVoid(aLong, aLong, aLong));
        state = ExecutableMemory.link(code.asSlice(program.offset(stateEntry)), FunctionDescriptor.of(aLong));
    }

    /** Leaf in RDI, subleaf in RSI, where the four registers go in RDX. */
    private static void writeIdentify(Assembler assembler) {
        assembler.push(GeneralRegister.RBX);
        assembler.mov(GeneralRegister.R8, GeneralRegister.RDX);
        assembler.mov(GeneralRegister.RAX, GeneralRegister.RDI);
        assembler.mov(GeneralRegister.RCX, GeneralRegister.RSI);
        assembler.plain(GeneralOperation.CPUID);
        assembler.mov(Memory.at(GeneralRegister.R8, 0), GeneralRegister.RAX);
        assembler.mov(Memory.at(GeneralRegister.R8, Long.BYTES), GeneralRegister.RBX);
        assembler.mov(Memory.at(GeneralRegister.R8, 2 * Long.BYTES), GeneralRegister.RCX);
        assembler.mov(Memory.at(GeneralRegister.R8, 3 * Long.BYTES), GeneralRegister.RDX);
        assembler.pop(GeneralRegister.RBX);
        assembler.plain(GeneralOperation.RET);
    }

    private static void writeState(Assembler assembler) {
        assembler.mov(GeneralRegister.RCX, 0L);
        assembler.plain(GeneralOperation.XGETBV);
        assembler.apply(GeneralOperation.SHL, GeneralRegister.RDX, Integer.SIZE);
        assembler.apply(GeneralOperation.OR, GeneralRegister.RAX, GeneralRegister.RDX);
        assembler.plain(GeneralOperation.RET);
    }

    @Override
    public int identification(int leaf, int subleaf, int register) {
        try {
            identify.invokeExact((long) leaf, (long) subleaf, answer.address());
        } catch (Throwable unexpected) {
            throw LinuxCalls.unreachable(unexpected);
        }
        return (int) answer.getAtIndex(ValueLayout.JAVA_LONG, register);
    }

    @Override
    public long keptState() {
        try {
            return (long) state.invokeExact();
        } catch (Throwable unexpected) {
            throw LinuxCalls.unreachable(unexpected);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
