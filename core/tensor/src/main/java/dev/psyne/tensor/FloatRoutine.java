package dev.psyne.tensor;

import static dev.psyne.platform.assembler.GeneralRegister.R12;
import static dev.psyne.platform.assembler.GeneralRegister.R13;
import static dev.psyne.platform.assembler.GeneralRegister.R8;
import static dev.psyne.platform.assembler.GeneralRegister.R9;
import static dev.psyne.platform.assembler.GeneralRegister.RAX;
import static dev.psyne.platform.assembler.GeneralRegister.RBP;
import static dev.psyne.platform.assembler.GeneralRegister.RCX;
import static dev.psyne.platform.assembler.GeneralRegister.RDI;
import static dev.psyne.platform.assembler.GeneralRegister.RDX;
import static dev.psyne.platform.assembler.GeneralRegister.RSI;
import static dev.psyne.platform.assembler.GeneralRegister.RSP;

import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.Condition;
import dev.psyne.platform.assembler.GeneralOperation;
import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Label;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.VectorOperation;
import dev.psyne.platform.assembler.VectorRegister;
import java.util.List;

/**
 * Writes the product of {@link FloatProducts} as machine code: for each tile of rows, over all inputs. Six rows by two
 * vectors of eight (twelve by one of sixteen) leave room for two vectors of weights and two activations among the
 * registers, and load little enough that two multiply-adds start in every cycle (Goto and van de Geijn, 2008). Called by
 * the System V ABI:
 *
 * <pre>
 *   RDI rows   RSI input   RDX its offset   RCX its stride   R8 weights   R9 their offset
 *   on the stack: inputs, sums
 *
 *   RSI tile's first row   RDX sums walked   R9 inputs   RAX weights walked   RBP inputs left
 * </pre>
 */
final class FloatRoutine {
    private static final List<GeneralRegister> SAVED = List.of(RBP, R12, R13);
    private static final int LINE_BYTES = 64;

    /** Inputs between two jumps. */
    private static final int UNROLLED = 4;

    private final Assembler assembler;
    private final MachineForm form;
    private final RowPointers pointers;

    private FloatRoutine(Assembler assembler, MachineForm form) {
        this.assembler = assembler;
        this.form = form;
        this.pointers = new RowPointers(assembler, RCX);
    }

    /** Writes the product of F32 weights. */
    static void write(Assembler assembler, MachineForm form) {
        new FloatRoutine(assembler, form).write();
    }

    private static Memory argument(int index) {
        return Memory.at(RSP, Long.BYTES * (SAVED.size() + 1 + index));
    }

    private void write() {
        SAVED.forEach(assembler::push);
        assembler.apply(GeneralOperation.ADD, RSI, RDX);
        assembler.apply(GeneralOperation.ADD, R8, R9);
        assembler.mov(R9, argument(0));
        assembler.mov(RDX, argument(1));
        for (int rows : form.floatTiles()) {
            writeTiles(rows);
        }
        assembler.vzeroupper();
        SAVED.reversed().forEach(assembler::pop);
        assembler.plain(GeneralOperation.RET);
    }

    /** As many tiles of so many rows as there are rows left for. */
    private void writeTiles(int rows) {
        Label tile = new Label("tile of " + rows);
        Label fewer = new Label("fewer than " + rows);
        assembler.place(tile);
        assembler.apply(GeneralOperation.CMP, RDI, rows);
        assembler.jump(Condition.LESS, fewer);
        assembler.mov(RowPointers.FIRST, RSI);
        pointers.spread(rows);
        assembler.mov(RAX, R8);
        assembler.mov(RBP, R9);
        for (int i = 0; i < rows * form.halves(); i++) {
            assembler.vmovups(form.register(i), Memory.at(RDX, i * form.vectorBytes()));
        }
        writeInputs(rows, UNROLLED);
        writeInputs(rows, 1);
        for (int i = 0; i < rows * form.halves(); i++) {
            assembler.vmovups(Memory.at(RDX, i * form.vectorBytes()), form.register(i));
        }
        assembler.apply(GeneralOperation.ADD, RDX, rows * LINE_BYTES);
        assembler.mov(RAX, rows);
        assembler.apply(GeneralOperation.IMUL, RAX, RCX);
        assembler.apply(GeneralOperation.ADD, RSI, RAX);
        assembler.apply(GeneralOperation.SUB, RDI, rows);
        assembler.jump(Condition.ALWAYS, tile);
        assembler.place(fewer);
    }

    /** Multiplies so many inputs at a time as long as there are as many. */
    private void writeInputs(int rows, int inputs) {
        Label next = new Label(inputs + " inputs of " + rows);
        Label fewer = new Label("fewer than " + inputs + " inputs of " + rows);
        assembler.place(next);
        assembler.apply(GeneralOperation.SUB, RBP, inputs);
        assembler.jump(Condition.LESS, fewer);
        for (int input = 0; input < inputs; input++) {
            multiply(rows, input);
        }
        assembler.apply(GeneralOperation.ADD, RAX, inputs * LINE_BYTES);
        pointers.advance(rows, inputs * Float.BYTES);
        assembler.jump(Condition.ALWAYS, next);
        assembler.place(fewer);
        assembler.apply(GeneralOperation.ADD, RBP, inputs);
    }

    private void multiply(int rows, int input) {
        int sums = form.floatTiles().getFirst() * form.halves();
        for (int half = 0; half < form.halves(); half++) {
            int offset = input * LINE_BYTES + half * form.vectorBytes();
            assembler.vmovups(form.register(sums + half), Memory.at(RAX, offset));
        }
        for (int row = 0; row < rows; row++) {
            VectorRegister activation = form.register(sums + form.halves() + row % 2);
            assembler.vpbroadcastd(activation, pointers.at(row, input * Float.BYTES));
            for (int half = 0; half < form.halves(); half++) {
                assembler.apply(
                        VectorOperation.VFMADD231PS,
                        form.register(row * form.halves() + half),
                        form.register(sums + half),
                        activation);
            }
        }
    }
}
