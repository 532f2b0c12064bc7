package dev.psyne.tensor;

import static dev.psyne.platform.assembler.GeneralRegister.R12;
import static dev.psyne.platform.assembler.GeneralRegister.R13;
import static dev.psyne.platform.assembler.GeneralRegister.R14;
import static dev.psyne.platform.assembler.GeneralRegister.R15;
import static dev.psyne.platform.assembler.GeneralRegister.R8;
import static dev.psyne.platform.assembler.GeneralRegister.R9;
import static dev.psyne.platform.assembler.GeneralRegister.RAX;
import static dev.psyne.platform.assembler.GeneralRegister.RBP;
import static dev.psyne.platform.assembler.GeneralRegister.RBX;
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
import java.util.function.BiConsumer;

/**
 * Writes the products of {@link FloatProducts} as machine code: for each tile of rows, over all inputs. Six rows by two
 * vectors of eight (twelve by one of sixteen) leave room for two vectors of weights and two activations among the
 * registers, and load little enough that two multiply-adds start in every cycle (Goto and van de Geijn, 2008). Weights in
 * BF16 are widened as they are loaded, by units that the multiply-adds leave idle. Called by the System V ABI:
 *
 * <pre>
 *   RDI rows   RSI input   RDX its offset   RCX its stride   R8 weights   R9 their offset
 *   on the stack: stride of the weights, inputs, sums, their offset, their stride
 *
 *   RSI tile's first row   RDX sums of the tile   R9 inputs   R14 stride of the weights   R15 stride of the sums
 *   RAX weights walked   RBX sums walked   RBP inputs left
 * </pre>
 */
final class FloatRoutine {
    private static final List<GeneralRegister> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);
    private static final int BF16_SHIFT = 16;

    /** Inputs between two jumps. */
    private static final int UNROLLED = 4;

    private final Assembler assembler;
    private final MachineForm form;
    private final WeightType type;
    private final RowPointers pointers;

    private FloatRoutine(Assembler assembler, MachineForm form, WeightType type) {
        this.assembler = assembler;
        this.form = form;
        this.type = type;
        this.pointers = new RowPointers(assembler, RCX);
    }

    /** Writes the product of F32 weights. */
    static void writeF32(Assembler assembler, MachineForm form) {
        new FloatRoutine(assembler, form, WeightType.F32).write();
    }

    /** Writes the product of BF16 weights. */
    static void writeBf16(Assembler assembler, MachineForm form) {
        new FloatRoutine(assembler, form, WeightType.BF16).write();
    }

    private static Memory argument(int index) {
        return Memory.at(RSP, Long.BYTES * (SAVED.size() + 1 + index));
    }

    private void write() {
        SAVED.forEach(assembler::push);
        assembler.apply(GeneralOperation.ADD, RSI, RDX);
        assembler.apply(GeneralOperation.ADD, R8, R9);
        assembler.mov(R14, argument(0));
        assembler.mov(R9, argument(1));
        assembler.mov(RDX, argument(2));
        assembler.apply(GeneralOperation.ADD, RDX, argument(3));
        assembler.mov(R15, argument(4));
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
        eachSum(rows, (register, memory) -> assembler.vmovups(register, memory));
        writeInputs(rows, UNROLLED);
        writeInputs(rows, 1);
        eachSum(rows, (register, memory) -> assembler.vmovups(memory, register));
        assembler.mov(RDX, RBX);
        assembler.mov(RAX, rows);
        assembler.apply(GeneralOperation.IMUL, RAX, RCX);
        assembler.apply(GeneralOperation.ADD, RSI, RAX);
        assembler.apply(GeneralOperation.SUB, RDI, rows);
        assembler.jump(Condition.ALWAYS, tile);
        assembler.place(fewer);
    }

    /** Walks the sums of a tile, to the row behind it. */
    private void eachSum(int rows, BiConsumer<VectorRegister, Memory> move) {
        assembler.mov(RBX, RDX);
        for (int row = 0; row < rows; row++) {
            for (int half = 0; half < form.halves(); half++) {
                move.accept(form.register(row * form.halves() + half), Memory.at(RBX, half * form.vectorBytes()));
            }
            assembler.apply(GeneralOperation.ADD, RBX, R15);
        }
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
        pointers.advance(rows, inputs * Float.BYTES);
        assembler.jump(Condition.ALWAYS, next);
        assembler.place(fewer);
        assembler.apply(GeneralOperation.ADD, RBP, inputs);
    }

    private void multiply(int rows, int input) {
        int sums = form.floatTiles().getFirst() * form.halves();
        for (int half = 0; half < form.halves(); half++) {
            load(form.register(sums + half), half);
        }
        assembler.apply(GeneralOperation.ADD, RAX, R14);
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

    private void load(VectorRegister weights, int half) {
        if (type == WeightType.BF16) {
            assembler.vpmovzxwd(weights, Memory.at(RAX, half * form.vectorBytes() / 2));
            assembler.apply(VectorOperation.VPSLLD, weights, weights, BF16_SHIFT);
        } else {
            assembler.vmovups(weights, Memory.at(RAX, half * form.vectorBytes()));
        }
    }
}
