package dev.psyne.tensor;

import dev.psyne.platform.ProcessorFeatures.Feature;
import dev.psyne.platform.assembler.VectorRegister;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The instructions that machine code is made of, the best first. */
enum MachineForm {
    /** Dot products of bytes over 512 bits: Ice Lake and Zen 4 on. */
    AVX512_VNNI(64, 12, EnumSet.of(Feature.AVX2, Feature.FMA, Feature.AVX512F, Feature.AVX512_VNNI)),
    /** Dot products of bytes over 256 bits: Alder Lake and Zen 5 on. */
    AVX_VNNI(32, 4, EnumSet.of(Feature.AVX2, Feature.FMA, Feature.AVX_VNNI)),
    /** Products of bytes and words over 256 bits: Haswell and Zen on. */
    AVX2(32, 4, EnumSet.of(Feature.AVX2, Feature.FMA));

    private static final int PANEL_BYTES = QuantizedProducts.PANEL_OUTPUTS * Float.BYTES;

    private final int vectorBytes;
    private final int tileRows;
    private final Set<Feature> needs;

    MachineForm(int vectorBytes, int tileRows, Set<Feature> needs) {
        this.vectorBytes = vectorBytes;
        this.tileRows = tileRows;
        this.needs = needs;
    }

    Set<Feature> needs() {
        return needs;
    }

    int vectorBytes() {
        return vectorBytes;
    }

    /** Vectors side by side in a panel of outputs. */
    int halves() {
        return PANEL_BYTES / vectorBytes;
    }

    /** Rows of a tile, as many as the registers hold sums of. */
    int tileRows() {
        return tileRows;
    }

    /** Rows of the tiles of float products, the most first. */
    List<Integer> floatTiles() {
        return isWide() ? List.of(12, 4, 2, 1) : List.of(6, 4, 2, 1);
    }

    /** Whether there is an instruction that multiplies unsigned by signed bytes and sums fours of them exactly. */
    boolean hasDot() {
        return this != AVX2;
    }

    boolean isWide() {
        return this == AVX512_VNNI;
    }

    VectorRegister register(int number) {
        return new VectorRegister(number, vectorBytes);
    }
}
