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

/**
 * Writes one of the products of {@link QuantizedProducts} as machine code: for each panel, for each tile of rows, over all
 * inputs. A panel stays in the cache while the rows pass by. Called by the System V ABI:
 *
 * <pre>
 *   RDI rows   RSI activations   RDX their stride   RCX weights   R8 scales   R9 panels
 *   on the stack: inputs, output, its stride, negatives
 *
 *   RAX weights walked   RBX scales walked   RBP groups left   R14 rows left   R15 output walked
 *   R10 to R13 rows 0, 3, 6 and 9 of the tile, walked; R12 negatives walked, where tiles have four rows at most
 * </pre>
 */
final class ProductRoutine {
    private static final List<GeneralRegister> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);
    private static final int LINE_BYTES = 64;
    private static final int GROUP_SHIFT = 5;
    private static final int TAIL_BYTES = 8;

    /** Room for the floats of a tile of four rows, where the registers have none. */
    private static final int FRAME_BYTES = 4 * LINE_BYTES;

    private static final Memory INPUTS = argument(0);
    private static final Memory OUTPUT = argument(1);
    private static final Memory OUTPUT_STRIDE = argument(2);
    private static final Memory NEGATIVES = argument(3);

    private final Assembler assembler;
    private final MachineForm form;
    private final boolean nibbles;
    private final boolean groups;
    private final RowPointers pointers;
    private final DotInstructions dot;
    private final DotInstructions inverting;

    private ProductRoutine(Assembler assembler, MachineForm form, boolean nibbles, boolean groups) {
        this.assembler = assembler;
        this.form = form;
        this.nibbles = nibbles;
        this.groups = groups;
        this.pointers = new RowPointers(assembler, RDX);
        this.dot = new DotInstructions(assembler, form, nibbles, false);
        this.inverting = new DotInstructions(assembler, form, nibbles, true);
    }

    /** Whether a tile of so many rows inverts activations, which pays where the rows are several. */
    private boolean inverts(int rows) {
        return form == MachineForm.AVX2 && !nibbles && rows == form.tileRows();
    }

    private static Memory argument(int index) {
        return Memory.at(RSP, FRAME_BYTES + Long.BYTES * (SAVED.size() + 1 + index));
    }

    /** Writes the product of I8 weights with one scale per output. */
    static void writeI8(Assembler assembler, MachineForm form) {
        new ProductRoutine(assembler, form, false, false).write();
    }

    /** Writes the product of I8 weights with scales of groups. */
    static void writeI8Groups(Assembler assembler, MachineForm form) {
        new ProductRoutine(assembler, form, false, true).write();
    }

    /** Writes the product of I4 weights with scales of groups. */
    static void writeI4Groups(Assembler assembler, MachineForm form) {
        new ProductRoutine(assembler, form, true, true).write();
    }

    private void write() {
        Label panel = new Label("panel");
        Label end = new Label("end");
        SAVED.forEach(assembler::push);
        assembler.apply(GeneralOperation.SUB, RSP, FRAME_BYTES);
        dot.loadConstant();
        assembler.place(panel);
        assembler.apply(GeneralOperation.SUB, R9, 1);
        assembler.jump(Condition.LESS, end);
        assembler.mov(R14, RDI);
        assembler.mov(R15, OUTPUT);
        for (int rows = form.tileRows(); rows > 0; rows = rows == 12 ? 4 : rows / 2) {
            writeTiles(rows);
        }
        nextPanel();
        assembler.jump(Condition.ALWAYS, panel);
        assembler.place(end);
        assembler.vzeroupper();
        assembler.apply(GeneralOperation.ADD, RSP, FRAME_BYTES);
        SAVED.reversed().forEach(assembler::pop);
        assembler.plain(GeneralOperation.RET);
    }

    private void nextPanel() {
        assembler.mov(RAX, INPUTS);
        assembler.apply(GeneralOperation.SHL, RAX, 1);
        if (groups) {
            assembler.apply(GeneralOperation.ADD, R8, RAX);
            assembler.apply(GeneralOperation.ADD, NEGATIVES, RAX);
        } else {
            assembler.apply(GeneralOperation.ADD, R8, LINE_BYTES);
            assembler.apply(GeneralOperation.ADD, NEGATIVES, LINE_BYTES);
        }
        assembler.apply(GeneralOperation.SHL, RAX, nibbles ? 2 : 3);
        assembler.apply(GeneralOperation.ADD, RCX, RAX);
        assembler.apply(GeneralOperation.ADD, OUTPUT, LINE_BYTES);
    }

    /** As many tiles of so many rows as there are rows left for. */
    private void writeTiles(int rows) {
        Label tile = new Label("tile of " + rows);
        Label fewer = new Label("fewer than " + rows);
        assembler.place(tile);
        assembler.apply(GeneralOperation.CMP, R14, rows);
        assembler.jump(Condition.LESS, fewer);
        begin(rows);
        Label inputs = new Label("inputs of " + rows);
        assembler.place(inputs);
        (inverts(rows) ? inverting : dot).multiply(rows, RAX, row -> pointers.at(row, 0), this::sum);
        assembler.apply(GeneralOperation.ADD, RAX, dot.weightBytes());
        if (groups) {
            finishGroup(rows);
        }
        pointers.advance(rows, QuantizedRow.GROUP_INPUTS + (groups ? TAIL_BYTES : 0));
        assembler.apply(GeneralOperation.SUB, RBP, 1);
        assembler.jump(Condition.NOT_EQUAL, inputs);
        finish(rows);
        assembler.apply(GeneralOperation.SUB, R14, rows);
        assembler.jump(Condition.ALWAYS, tile);
        assembler.place(fewer);
    }

    private void begin(int rows) {
        assembler.mov(RowPointers.FIRST, RDI);
        assembler.apply(GeneralOperation.SUB, RowPointers.FIRST, R14);
        assembler.apply(GeneralOperation.IMUL, RowPointers.FIRST, RDX);
        assembler.apply(GeneralOperation.ADD, RowPointers.FIRST, RSI);
        pointers.spread(rows);
        assembler.mov(RAX, RCX);
        assembler.mov(RBX, R8);
        assembler.mov(RBP, INPUTS);
        assembler.apply(GeneralOperation.SHR, RBP, GROUP_SHIFT);
        if (inverts(rows)) {
            assembler.mov(R12, NEGATIVES);
        }
        int vectors = rows * form.halves();
        if (groups && !hasFloats(rows)) {
            zero(dot.work(2));
        }
        for (int i = 0; i < vectors; i++) {
            beginSum(rows, i, 0);
            if (groups && hasFloats(rows)) {
                zero(floats(rows, i));
            } else if (groups) {
                assembler.vmovups(Memory.at(RSP, i * form.vectorBytes()), dot.work(2));
            }
        }
    }

    /** Sums begin with nothing, or with the negatives that R12 stands {@code ahead} bytes before. */
    private void beginSum(int rows, int at, int ahead) {
        if (inverts(rows)) {
            assembler.vmovups(sum(at), Memory.at(R12, ahead + at % form.halves() * form.vectorBytes()));
        } else {
            zero(sum(at));
        }
    }

    private void zero(VectorRegister register) {
        assembler.apply(dot.zero(), register, register, register);
    }

    private VectorRegister sum(int index) {
        return form.register(index);
    }

    /** The registers behind the sums; tiles that have none left keep their floats on the stack. */
    private VectorRegister floats(int rows, int index) {
        return form.register(rows * form.halves() + index);
    }

    private boolean hasFloats(int rows) {
        return form.isWide() || rows * form.halves() <= 4;
    }

    /** Adds the sums of a group, scaled, to the floats, and begins the next group. */
    private void finishGroup(int rows) {
        for (int row = 0; row < rows; row++) {
            dot.prepareFinish(pointers.at(row, QuantizedRow.GROUP_INPUTS + Float.BYTES));
            assembler.vpbroadcastd(dot.activation(), pointers.at(row, QuantizedRow.GROUP_INPUTS));
            for (int half = 0; half < form.halves(); half++) {
                int at = row * form.halves() + half;
                dot.finish(sum(at));
                assembler.apply(
                        VectorOperation.VMULPS,
                        dot.work(1),
                        dot.activation(),
                        Memory.at(RBX, half * form.vectorBytes()));
                Memory spilled = Memory.at(RSP, at * form.vectorBytes());
                VectorRegister total = hasFloats(rows) ? floats(rows, at) : dot.work(2);
                if (!hasFloats(rows)) {
                    assembler.vmovups(total, spilled);
                }
                assembler.apply(VectorOperation.VFMADD231PS, total, dot.work(5), dot.work(1));
                if (!hasFloats(rows)) {
                    assembler.vmovups(spilled, total);
                }
                beginSum(rows, at, LINE_BYTES);
            }
        }
        assembler.apply(GeneralOperation.ADD, RBX, LINE_BYTES);
        if (inverts(rows)) {
            assembler.apply(GeneralOperation.ADD, R12, LINE_BYTES);
        }
    }

    /** Stores the floats. The rows have been walked to their ends, where a whole row has its scale and its sum. */
    private void finish(int rows) {
        assembler.mov(RAX, OUTPUT_STRIDE);
        for (int row = 0; row < rows; row++) {
            if (!groups) {
                dot.prepareFinish(pointers.at(row, Float.BYTES));
                assembler.vpbroadcastd(dot.activation(), pointers.at(row, 0));
            }
            for (int half = 0; half < form.halves(); half++) {
                int offset = half * form.vectorBytes();
                assembler.vmovups(Memory.at(R15, offset), result(rows, row * form.halves() + half, offset));
            }
            assembler.apply(GeneralOperation.ADD, R15, RAX);
        }
    }

    private VectorRegister result(int rows, int at, int offset) {
        if (groups && hasFloats(rows)) {
            return floats(rows, at);
        }
        VectorRegister result = dot.work(5);
        if (groups) {
            assembler.vmovups(result, Memory.at(RSP, at * form.vectorBytes()));
        } else {
            dot.finish(sum(at));
            assembler.apply(VectorOperation.VMULPS, dot.work(1), dot.activation(), Memory.at(R8, offset));
            assembler.apply(VectorOperation.VMULPS, result, result, dot.work(1));
        }
        return result;
    }
}
