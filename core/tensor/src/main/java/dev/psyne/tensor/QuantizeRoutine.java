package dev.psyne.tensor;

import static dev.psyne.platform.assembler.GeneralRegister.RAX;
import static dev.psyne.platform.assembler.GeneralRegister.RCX;
import static dev.psyne.platform.assembler.GeneralRegister.RDI;
import static dev.psyne.platform.assembler.GeneralRegister.RDX;
import static dev.psyne.platform.assembler.GeneralRegister.RSI;

import dev.psyne.platform.assembler.Assembler;
import dev.psyne.platform.assembler.Condition;
import dev.psyne.platform.assembler.GeneralOperation;
import dev.psyne.platform.assembler.GeneralRegister;
import dev.psyne.platform.assembler.Label;
import dev.psyne.platform.assembler.Memory;
import dev.psyne.platform.assembler.VectorOperation;
import dev.psyne.platform.assembler.VectorRegister;

/**
 * Writes the quantisation of a row as machine code of AVX2: values in RDI, inputs in RSI, the row in RDX. The largest
 * magnitude is found among the floats' bits as integers, which puts NaN above all.
 */
final class QuantizeRoutine {
    private static final int VECTOR_BYTES = 32;
    private static final int VECTORS = QuantizedRow.GROUP_INPUTS * Float.BYTES / VECTOR_BYTES;
    private static final int GROUP_SHIFT = 5;

    /** The double words that packing twice leaves in the order 0 4 1 5 2 6 3 7, put right. */
    private static final long UNPACKED_ORDER = 0x0703_0602_0501_0400L;

    private static final int SWAP_PAIRS = 0x4e;
    private static final int SWAP_NEIGHBOURS = 0xb1;

    private static final VectorRegister MAXIMUM = VectorRegister.ymm(0);
    private static final VectorRegister SUM = VectorRegister.ymm(1);
    private static final VectorRegister FACTOR = VectorRegister.ymm(2);
    private static final VectorRegister SCALE = VectorRegister.xmm(3);
    private static final int FIRST_WORK = 4;
    private static final VectorRegister ORDER = VectorRegister.ymm(10);
    private static final VectorRegister LARGEST = VectorRegister.ymm(11);
    private static final VectorRegister ONE_BYTES = VectorRegister.ymm(12);
    private static final VectorRegister ONE_WORDS = VectorRegister.ymm(13);
    private static final VectorRegister SMALLEST = VectorRegister.ymm(14);
    private static final VectorRegister MAGNITUDE = VectorRegister.ymm(15);

    private final Assembler assembler;

    private QuantizeRoutine(Assembler assembler) {
        this.assembler = assembler;
    }

    /** Writes the routine that takes one scale for the row. */
    static void writeWhole(Assembler assembler) {
        QuantizeRoutine routine = new QuantizeRoutine(assembler);
        routine.begin();
        Label maximum = new Label("maximum");
        Label values = new Label("values");
        assembler.mov(RAX, RDI);
        assembler.mov(RCX, RSI);
        routine.copy(MAXIMUM, SMALLEST);
        assembler.place(maximum);
        routine.findMaximum(RAX);
        assembler.apply(GeneralOperation.ADD, RAX, VECTORS * VECTOR_BYTES);
        routine.next(maximum);
        routine.findScale();
        assembler.mov(RCX, RSI);
        assembler.place(values);
        routine.quantize();
        assembler.apply(GeneralOperation.ADD, RDX, QuantizedRow.GROUP_INPUTS);
        routine.next(values);
        routine.finishGroup(0);
        routine.end();
    }

    /** Writes the routine that takes a scale for every 32 inputs. */
    static void writeGroups(Assembler assembler) {
        QuantizeRoutine routine = new QuantizeRoutine(assembler);
        routine.begin();
        Label group = new Label("group");
        assembler.mov(RCX, RSI);
        assembler.place(group);
        routine.copy(MAXIMUM, SMALLEST);
        routine.findMaximum(RDI);
        routine.findScale();
        routine.quantize();
        routine.finishGroup(QuantizedRow.GROUP_INPUTS);
        assembler.apply(GeneralOperation.ADD, RDX, QuantizedRow.GROUP_INPUTS + Float.BYTES + Integer.BYTES);
        routine.next(group);
        routine.end();
    }

    private void begin() {
        fill(MAGNITUDE, 0x7fff_ffffL);
        fill(SMALLEST, Float.floatToRawIntBits(QuantizedProducts.SMALLEST_MAXIMUM));
        fill(ONE_BYTES, 0x0101_0101L);
        fill(ONE_WORDS, 0x0001_0001L);
        fill(LARGEST, Float.floatToRawIntBits(QuantizedProducts.MAX_MAGNITUDE));
        assembler.mov(RAX, UNPACKED_ORDER);
        assembler.vmovq(VectorRegister.xmm(0), RAX);
        assembler.vpmovzxbd(ORDER, VectorRegister.xmm(0));
        assembler.apply(GeneralOperation.SHR, RSI, GROUP_SHIFT);
    }

    private void fill(VectorRegister register, long lane) {
        assembler.mov(RAX, lane);
        assembler.vmovq(VectorRegister.xmm(0), RAX);
        assembler.vpbroadcastd(register, VectorRegister.xmm(0));
    }

    private void copy(VectorRegister target, VectorRegister source) {
        assembler.apply(VectorOperation.VPAND, target, source, source);
    }

    private static VectorRegister work(int index) {
        return VectorRegister.ymm(FIRST_WORK + index);
    }

    private void next(Label begin) {
        assembler.apply(GeneralOperation.SUB, RCX, 1);
        assembler.jump(Condition.NOT_EQUAL, begin);
    }

    private void findMaximum(GeneralRegister values) {
        for (int i = 0; i < VECTORS; i++) {
            assembler.apply(VectorOperation.VPAND, work(i), MAGNITUDE, Memory.at(values, i * VECTOR_BYTES));
        }
        assembler.apply(VectorOperation.VPMAXSD, work(0), work(0), work(1));
        assembler.apply(VectorOperation.VPMAXSD, work(2), work(2), work(3));
        assembler.apply(VectorOperation.VPMAXSD, MAXIMUM, MAXIMUM, work(0));
        assembler.apply(VectorOperation.VPMAXSD, MAXIMUM, MAXIMUM, work(2));
    }

    private void findScale() {
        reduce(VectorOperation.VPMAXSD, MAXIMUM);
        VectorRegister maximum = low(MAXIMUM);
        assembler.apply(VectorOperation.VDIVSS, SCALE, maximum, low(LARGEST));
        assembler.apply(VectorOperation.VDIVSS, maximum, low(LARGEST), maximum);
        assembler.vpbroadcastd(FACTOR, maximum);
        assembler.apply(VectorOperation.VPXOR, SUM, SUM, SUM);
    }

    /** Quantises 32 values and adds them to the sum. */
    private void quantize() {
        for (int i = 0; i < VECTORS; i++) {
            assembler.apply(VectorOperation.VMULPS, work(i), FACTOR, Memory.at(RDI, i * VECTOR_BYTES));
            assembler.apply(VectorOperation.VCVTPS2DQ, work(i), work(i));
        }
        assembler.apply(VectorOperation.VPACKSSDW, work(0), work(0), work(1));
        assembler.apply(VectorOperation.VPACKSSDW, work(2), work(2), work(3));
        assembler.apply(VectorOperation.VPACKSSWB, work(0), work(0), work(2));
        assembler.apply(VectorOperation.VPERMD, work(0), ORDER, work(0));
        assembler.vmovups(Memory.at(RDX), work(0));
        assembler.apply(VectorOperation.VPMADDUBSW, work(0), ONE_BYTES, work(0));
        assembler.apply(VectorOperation.VPMADDWD, work(0), work(0), ONE_WORDS);
        assembler.apply(VectorOperation.VPADDD, SUM, SUM, work(0));
        assembler.apply(GeneralOperation.ADD, RDI, VECTORS * VECTOR_BYTES);
    }

    private void finishGroup(int tail) {
        reduce(VectorOperation.VPADDD, SUM);
        assembler.vmovd(Memory.at(RDX, tail), SCALE);
        assembler.vmovd(Memory.at(RDX, tail + Float.BYTES), low(SUM));
    }

    /** All eight lanes to the lowest. */
    private void reduce(VectorOperation operation, VectorRegister register) {
        VectorRegister low = low(register);
        VectorRegister other = low(work(0));
        assembler.vextracti128(other, register, 1);
        assembler.apply(operation, low, low, other);
        assembler.apply(VectorOperation.VPSHUFD, other, low, SWAP_PAIRS);
        assembler.apply(operation, low, low, other);
        assembler.apply(VectorOperation.VPSHUFD, other, low, SWAP_NEIGHBOURS);
        assembler.apply(operation, low, low, other);
    }

    private static VectorRegister low(VectorRegister register) {
        return VectorRegister.xmm(register.number());
    }

    private void end() {
        assembler.vzeroupper();
        assembler.plain(GeneralOperation.RET);
    }
}
