package dev.psyne.tensor;

import static dev.psyne.platform.assembler.GeneralRegister.R10;
import static dev.psyne.platform.assembler.GeneralRegister.R11;
import static dev.psyne.platform.assembler.GeneralRegister.R12;
import static dev.psyne.platform.assembler.GeneralRegister.R13;

import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.GeneralOperation;
import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Memory;
import java.util.List;

/**
 * Where the rows of a tile lie, in the registers R10 to R13: every third row has one of its own, the two behind it are told
 * from it by their distance. Twelve rows at most.
 *
 * @param stride register that holds the bytes from one row to the next
 */
record RowPointers(Assembler assembler, GeneralRegister stride) {
    /** Where the first row is put. */
    static final GeneralRegister FIRST = R10;

    private static final List<GeneralRegister> BASES = List.of(FIRST, R11, R12, R13);
    private static final int ROWS_A_BASE = 3;

    /** Makes the other pointers of {@code rows} rows from the first. */
    void spread(int rows) {
        for (int base = 1; base * ROWS_A_BASE < rows; base++) {
            assembler.lea(BASES.get(base), Memory.at(BASES.get(base - 1), stride, 2, 0));
            assembler.apply(GeneralOperation.ADD, BASES.get(base), stride);
        }
    }

    /** Moves all pointers of {@code rows} rows on along their rows. */
    void advance(int rows, int bytes) {
        for (int base = 0; base * ROWS_A_BASE < rows; base++) {
            assembler.apply(GeneralOperation.ADD, BASES.get(base), bytes);
        }
    }

    /** Memory of a row, some bytes on from its pointer. */
    Memory at(int row, int displacement) {
        GeneralRegister base = BASES.get(row / ROWS_A_BASE);
        int scale = row % ROWS_A_BASE;
        return scale == 0 ? Memory.at(base, displacement) : Memory.at(base, stride, scale, displacement);
    }
}
