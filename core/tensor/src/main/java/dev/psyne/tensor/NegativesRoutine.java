package dev.psyne.tensor;

import static dev.psyne.platform.assembler.GeneralRegister.RAX;
import static dev.psyne.platform.assembler.GeneralRegister.RCX;
import static dev.psyne.platform.assembler.GeneralRegister.RDI;
import static dev.psyne.platform.assembler.GeneralRegister.RDX;
import static dev.psyne.platform.assembler.GeneralRegister.RSI;

import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.Condition;
import dev.psyne.platform.assembler.GeneralOperation;
import dev.psyne.platform.assembler.Label;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.VectorOperation;
import dev.psyne.platform.assembler.VectorRegister;

/**
 * Writes the sums of negative weights of {@link QuantizedProducts} as machine code, which the form without dot products
 * needs. Called by the System V ABI: {@code RDI weights, RSI panels, RDX inputs, RCX sums}; RAX counts groups.
 */
final class NegativesRoutine {
    private static final MachineForm FORM = MachineForm.AVX2;
    private static final int GROUP_SHIFT = 5;
    private static final int LINE_BYTES = 64;

    private final Assembler assembler;
    private final DotInstructions dot;

    private NegativesRoutine(Assembler assembler) {
        this.assembler = assembler;
        this.dot = new DotInstructions(assembler, FORM, false, true);
    }

    /** Writes the routine that sums all inputs. */
    static void writeWhole(Assembler assembler) {
        new NegativesRoutine(assembler).write(false);
    }

    /** Writes the routine that sums every 32 inputs. */
    static void writeGroups(Assembler assembler) {
        new NegativesRoutine(assembler).write(true);
    }

    private void write(boolean groups) {
        Label panel = new Label("panel");
        Label inputs = new Label("inputs");
        Label end = new Label("end");
        dot.loadConstant();
        assembler.apply(GeneralOperation.SHR, RDX, GROUP_SHIFT);
        assembler.place(panel);
        assembler.apply(GeneralOperation.SUB, RSI, 1);
        assembler.jump(Condition.LESS, end);
        assembler.mov(RAX, RDX);
        clear();
        assembler.place(inputs);
        dot.subtractNegative(RDI, FORM::register);
        assembler.apply(GeneralOperation.ADD, RDI, dot.weightBytes());
        if (groups) {
            store();
            clear();
        }
        assembler.apply(GeneralOperation.SUB, RAX, 1);
        assembler.jump(Condition.NOT_EQUAL, inputs);
        if (!groups) {
            store();
        }
        assembler.jump(Condition.ALWAYS, panel);
        assembler.place(end);
        assembler.vzeroupper();
        assembler.plain(GeneralOperation.RET);
    }

    private void clear() {
        for (int half = 0; half < FORM.halves(); half++) {
            VectorRegister sum = FORM.register(half);
            assembler.apply(dot.zero(), sum, sum, sum);
        }
    }

    private void store() {
        VectorRegister negated = dot.work(5);
        for (int half = 0; half < FORM.halves(); half++) {
            assembler.apply(dot.zero(), negated, negated, negated);
            assembler.apply(VectorOperation.VPSUBD, negated, negated, FORM.register(half));
            assembler.vmovups(Memory.at(RCX, half * FORM.vectorBytes()), negated);
        }
        assembler.apply(GeneralOperation.ADD, RCX, LINE_BYTES);
    }
}
