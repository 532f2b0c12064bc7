package dev.psyne.tensor;

import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.VectorOperation;
import dev.psyne.platform.assembler.VectorRegister;
import java.util.function.IntFunction;

/**
 * The innermost instructions: 32 inputs of a few rows times those of one panel, into sums of integers that never saturate.
 *
 * <p>The instructions of x86 multiply unsigned by signed bytes. Without VNNI their pairs are summed in words that
 * saturate, so I8 weights are taken as magnitudes and their signs given to the activations: 2 * 128 * 127 fits a word.
 * VPSIGNB does that, but waits for the same ports as the products. Where several rows pass a panel, the activations of
 * negative weights are inverted instead, on any port: that is one less than their negative, so the magnitudes of the
 * negative weights are missing from the sum, which therefore begins with them; they are summed once for all products.
 *
 * <p>With VNNI, whose sums do not saturate, 128 is added to each weight, and 128 times the sum of the activations is
 * subtracted in the end. I4 weights are stored with 8 added; without VNNI their products are summed in words for as long
 * as a group lasts: 32 * 15 * 127 / 2 fits a word.
 */
final class DotInstructions {
    private static final int LINE_BYTES = 64;
    private static final int AHEAD_BYTES = 2048;
    private static final long SIGNS = 0x8080_8080L;
    private static final long LOW_NIBBLES = 0x0f0f_0f0fL;
    private static final long ONE_WORDS = 0x0001_0001L;

    /** Low nibbles shifted so far to the right are words of one. */
    private static final int TO_ONES = 11;

    private final Assembler assembler;
    private final MachineForm form;
    private final boolean nibbles;
    private final boolean inverts;
    private final int first;

    /**
     * Instructions of a form.
     *
     * @param inverts whether activations of negative weights are inverted, so that sums begin with the negation of what
     *     {@link #subtractNegative} gives
     */
    DotInstructions(Assembler assembler, MachineForm form, boolean nibbles, boolean inverts) {
        this.assembler = assembler;
        this.form = form;
        this.nibbles = nibbles;
        this.inverts = inverts;
        this.first = form.isWide() ? 24 : 8;
    }

    /** Registers for work: 0 to 3 for weights, 4 for an activation, 5 and 6 for what lives shortly. */
    VectorRegister work(int index) {
        return form.register(first + index);
    }

    VectorRegister activation() {
        return work(4);
    }

    private VectorRegister constant() {
        return work(7);
    }

    VectorOperation zero() {
        return form.isWide() ? VectorOperation.VPXORD : VectorOperation.VPXOR;
    }

    /** Bytes of weights that 32 inputs of a panel have. */
    int weightBytes() {
        return QuantizedProducts.PANEL_OUTPUTS * QuantizedRow.GROUP_INPUTS / (nibbles ? 2 : 1);
    }

    void loadConstant() {
        long lanes = nibbles ? LOW_NIBBLES : form.hasDot() ? SIGNS : ONE_WORDS;
        assembler.mov(GeneralRegister.RAX, lanes);
        assembler.vmovq(VectorRegister.xmm(0), GeneralRegister.RAX);
        assembler.vpbroadcastd(constant(), VectorRegister.xmm(0));
    }

    /** Products of 32 inputs of {@code rows} rows, added to {@code sum(row * halves + half)}. */
    void multiply(int rows, GeneralRegister weights, IntFunction<Memory> row, IntFunction<VectorRegister> sum) {
        for (int line = 0; line < weightBytes(); line += LINE_BYTES) {
            assembler.prefetcht0(Memory.at(weights, AHEAD_BYTES + line));
            for (int half = 0; half < form.halves(); half++) {
                load(half, Memory.at(weights, line + half * form.vectorBytes()));
            }
            int inputs = nibbles ? line / LINE_BYTES * 8 : line / LINE_BYTES * 4;
            for (int i = 0; i < rows; i++) {
                int at = i * form.halves();
                multiplyRow(row.apply(i).plus(inputs), 0, half -> sum.apply(at + half));
                if (nibbles) {
                    multiplyRow(row.apply(i).plus(inputs + 4), 1, half -> sum.apply(at + half));
                }
            }
        }
    }

    /** Loads one vector of weights: to work(half), and what goes with it to work(2 + half). */
    private void load(int half, Memory weights) {
        VectorRegister low = work(half);
        VectorRegister high = work(2 + half);
        if (nibbles) {
            VectorOperation and = form.isWide() ? VectorOperation.VPANDD : VectorOperation.VPAND;
            assembler.vmovups(low, weights);
            assembler.apply(VectorOperation.VPSRLD, high, low, 4);
            assembler.apply(and, low, low, constant());
            assembler.apply(and, high, high, constant());
        } else if (form.hasDot()) {
            assembler.vmovups(low, weights);
            assembler.apply(zero(), low, low, constant());
        } else {
            assembler.vmovups(low, weights);
            assembler.apply(VectorOperation.VPABSB, high, low);
            if (inverts) {
                markNegative(low);
            }
        }
    }

    /** Ones where a weight is negative, in its place. */
    private void markNegative(VectorRegister weights) {
        VectorRegister zeros = work(5);
        assembler.apply(zero(), zeros, zeros, zeros);
        assembler.apply(VectorOperation.VPCMPGTB, weights, zeros, weights);
    }

    /** The magnitudes of the negative ones among 32 inputs' weights, subtracted from {@code sum(half)}. */
    void subtractNegative(GeneralRegister weights, IntFunction<VectorRegister> sum) {
        for (int line = 0; line < weightBytes(); line += LINE_BYTES) {
            assembler.prefetcht0(Memory.at(weights, AHEAD_BYTES + line));
            for (int half = 0; half < form.halves(); half++) {
                VectorRegister product = work(5);
                load(half, Memory.at(weights, line + half * form.vectorBytes()));
                assembler.apply(VectorOperation.VPMADDUBSW, product, work(2 + half), work(half));
                assembler.apply(VectorOperation.VPMADDWD, product, product, constant());
                assembler.apply(VectorOperation.VPADDD, sum.apply(half), sum.apply(half), product);
            }
        }
    }

    private void multiplyRow(Memory activations, int nibble, IntFunction<VectorRegister> sum) {
        assembler.vpbroadcastd(activation(), activations);
        for (int half = 0; half < form.halves(); half++) {
            VectorRegister weights = work(2 * nibble + half);
            VectorRegister product = work(5 + half % 2);
            VectorRegister total = sum.apply(half);
            if (form.hasDot()) {
                assembler.apply(VectorOperation.VPDPBUSD, total, weights, activation());
            } else if (nibbles) {
                assembler.apply(VectorOperation.VPMADDUBSW, product, weights, activation());
                assembler.apply(VectorOperation.VPADDW, total, total, product);
            } else {
                if (inverts) {
                    assembler.apply(VectorOperation.VPXOR, product, activation(), weights);
                } else {
                    assembler.apply(VectorOperation.VPSIGNB, product, activation(), weights);
                }
                assembler.apply(VectorOperation.VPMADDUBSW, product, work(2 + half), product);
                assembler.apply(VectorOperation.VPMADDWD, product, product, constant());
                assembler.apply(VectorOperation.VPADDD, total, total, product);
            }
        }
    }

    /** Before {@link #finish}: what is to be subtracted from the sums of a row, to work(6); work(0) is lost. */
    void prepareFinish(Memory sumOfActivations) {
        if (offsetBits() != 0) {
            assembler.vpbroadcastd(work(6), sumOfActivations);
            assembler.apply(VectorOperation.VPSLLD, work(6), work(6), offsetBits());
        }
        if (nibbles && !form.hasDot()) {
            assembler.apply(VectorOperation.VPSRLW, work(0), constant(), TO_ONES);
        }
    }

    /** The true sums as floats, to work(5). */
    void finish(VectorRegister sum) {
        VectorRegister result = work(5);
        VectorRegister words = sum;
        if (nibbles && !form.hasDot()) {
            assembler.apply(VectorOperation.VPMADDWD, result, sum, work(0));
            words = result;
        }
        if (offsetBits() != 0) {
            assembler.apply(VectorOperation.VPSUBD, result, words, work(6));
            words = result;
        }
        assembler.apply(VectorOperation.VCVTDQ2PS, result, words);
    }

    /** The offset of the stored weights is 2 to this power; none if 0. */
    private int offsetBits() {
        return nibbles ? 3 : form.hasDot() ? 7 : 0;
    }
}
