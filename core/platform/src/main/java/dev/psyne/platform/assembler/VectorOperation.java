package dev.psyne.platform.assembler;

/** The operations over vector registers, with what their encodings are made of. */
public enum VectorOperation {
    /** Unaligned load. */
    VMOVUPS(Form.LOAD, Prefix.NONE, 1, 0x10, Encodings.BOTH),
    /** Unaligned store. */
    VMOVUPS_STORE(Form.STORE, Prefix.NONE, 1, 0x11, Encodings.BOTH),
    /** Four bytes of memory or of a register's begin, to every lane. */
    VPBROADCASTD(Form.LOAD, Prefix.P66, 2, 0x58, Encodings.BOTH),
    /** Magnitudes of signed bytes; -128 gives 128 without sign. */
    VPABSB(Form.LOAD, Prefix.P66, 2, 0x1c, Encodings.VEX),
    /** Signed bytes times the sign of others. */
    VPSIGNB(Form.THREE, Prefix.P66, 2, 0x08, Encodings.VEX),
    /** Unsigned by signed bytes, pairs summed in words that saturate. */
    VPMADDUBSW(Form.THREE, Prefix.P66, 2, 0x04, Encodings.VEX),
    /** Signed words, pairs summed in double words. */
    VPMADDWD(Form.THREE, Prefix.P66, 1, 0xf5, Encodings.VEX),
    /** Sums of words. */
    VPADDW(Form.THREE, Prefix.P66, 1, 0xfd, Encodings.VEX),
    /** Sums of double words. */
    VPADDD(Form.THREE, Prefix.P66, 1, 0xfe, Encodings.BOTH),
    /** Differences of double words. */
    VPSUBD(Form.THREE, Prefix.P66, 1, 0xfa, Encodings.BOTH),
    /** The greater of signed double words. */
    VPMAXSD(Form.THREE, Prefix.P66, 2, 0x3d, Encodings.BOTH),
    /** All ones in each byte of the second that is greater than the third's, else zeros; signed. */
    VPCMPGTB(Form.THREE, Prefix.P66, 1, 0x64, Encodings.VEX),
    /** Bitwise and. */
    VPAND(Form.THREE, Prefix.P66, 1, 0xdb, Encodings.VEX),
    /** Bitwise and of AVX-512. */
    VPANDD(Form.THREE, Prefix.P66, 1, 0xdb, Encodings.EVEX),
    /** Bitwise exclusive or. */
    VPXOR(Form.THREE, Prefix.P66, 1, 0xef, Encodings.VEX),
    /** Bitwise exclusive or of AVX-512. */
    VPXORD(Form.THREE, Prefix.P66, 1, 0xef, Encodings.EVEX),
    /** Words shifted to the right by a number, filled up with zeros. */
    VPSRLW(Form.SHIFT, Prefix.P66, 1, 0x71, Encodings.VEX),
    /** Double words shifted to the right by a number, filled up with zeros. */
    VPSRLD(Form.SHIFT, Prefix.P66, 1, 0x72, Encodings.BOTH),
    /** Double words shifted to the left by a number. */
    VPSLLD(Form.SHIFT, Prefix.P66, 1, 0x72, Encodings.BOTH),
    /** Unsigned by signed bytes, fours of products added to double words (AVX-512 VNNI, AVX-VNNI). */
    VPDPBUSD(Form.THREE, Prefix.P66, 2, 0x50, Encodings.BOTH),
    /** Integers to floats, rounded to nearest. */
    VCVTDQ2PS(Form.LOAD, Prefix.NONE, 1, 0x5b, Encodings.BOTH),
    /** Floats to integers, rounded to nearest. */
    VCVTPS2DQ(Form.LOAD, Prefix.P66, 1, 0x5b, Encodings.BOTH),
    /** Products of floats. */
    VMULPS(Form.THREE, Prefix.NONE, 1, 0x59, Encodings.BOTH),
    /** The quotient of the lowest floats. */
    VDIVSS(Form.THREE, Prefix.PF3, 1, 0x5e, Encodings.VEX),
    /** The second times the third, added to the first, rounded once. */
    VFMADD231PS(Form.THREE, Prefix.P66, 2, 0xb8, Encodings.BOTH),
    /** Double words to words that saturate, per 128 bits. */
    VPACKSSDW(Form.THREE, Prefix.P66, 1, 0x6b, Encodings.VEX),
    /** Words to bytes that saturate, per 128 bits. */
    VPACKSSWB(Form.THREE, Prefix.P66, 1, 0x63, Encodings.VEX),
    /** Double words of the third, in the order that the second says. */
    VPERMD(Form.THREE, Prefix.P66, 2, 0x36, Encodings.VEX),
    /** Double words in the order that a number says, per 128 bits. */
    VPSHUFD(Form.LOAD, Prefix.P66, 1, 0x70, Encodings.VEX),
    /** Bytes of a register's begin to double words, filled up with zeros. */
    VPMOVZXBD(Form.LOAD, Prefix.P66, 2, 0x31, Encodings.VEX),
    /** Words to double words, filled up with zeros. */
    VPMOVZXWD(Form.LOAD, Prefix.P66, 2, 0x33, Encodings.BOTH),
    /** The low or the high 128 bits. */
    VEXTRACTI128(Form.STORE, Prefix.P66, 3, 0x39, Encodings.VEX),
    /** A general purpose register to a vector's begin, 64 bits. */
    VMOVQ(Form.LOAD, Prefix.P66, 1, 0x6e, Encodings.VEX),
    /** Four bytes at a vector's begin to memory. */
    VMOVD_STORE(Form.STORE, Prefix.P66, 1, 0x7e, Encodings.VEX),
    /** Clears all but the lowest 128 bits of the first 16 registers. */
    VZEROUPPER(Form.NONE, Prefix.NONE, 1, 0x77, Encodings.VEX);

    /** Which operand goes where: to the register field, to the field of VEX, or to the field that may be memory. */
    enum Form {
        LOAD,
        STORE,
        THREE,
        SHIFT,
        NONE
    }

    enum Prefix {
        NONE,
        P66,
        PF3
    }

    enum Encodings {
        VEX,
        EVEX,
        BOTH
    }

    private final Form form;
    private final Prefix prefix;
    private final int map;
    private final int opcode;
    private final Encodings encodings;

    VectorOperation(Form form, Prefix prefix, int map, int opcode, Encodings encodings) {
        this.form = form;
        this.prefix = prefix;
        this.map = map;
        this.opcode = opcode;
        this.encodings = encodings;
    }

    Form form() {
        return form;
    }

    Prefix prefix() {
        return prefix;
    }

    /** The table of opcodes: 0F, 0F 38 or 0F 3A. */
    int map() {
        return map;
    }

    int opcode() {
        return opcode;
    }

    Encodings encodings() {
        return encodings;
    }

    /** Whether a number of 8 bits follows. */
    boolean hasImmediate() {
        return form == Form.SHIFT || this == VPSHUFD || this == VEXTRACTI128;
    }

    /** The bit W. */
    int wide() {
        return this == VMOVQ ? 1 : 0;
    }

    /** The digit in the register field of a shift. */
    int extension() {
        return this == VPSLLD ? 6 : 2;
    }

    /** Bytes of the memory operand, which are the unit of AVX-512's short displacements. */
    int memoryBytes(int vectorBytes) {
        return switch (this) {
            case VPBROADCASTD, VDIVSS, VMOVD_STORE -> Float.BYTES;
            case VPMOVZXWD -> vectorBytes / 2;
            default -> vectorBytes;
        };
    }
}
