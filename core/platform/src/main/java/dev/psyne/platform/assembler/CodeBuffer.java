package dev.psyne.platform.assembler;

import java.io.ByteArrayOutputStream;

/** The bytes of one instruction as they grow. */
final class CodeBuffer {
    private static final int DIRECT = 0xc0;
    private static final int SHORT_DISPLACEMENT = 0x40;
    private static final int LONG_DISPLACEMENT = 0x80;
    private static final int INDEXED = 4;
    private static final int LOW_BITS = 7;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    CodeBuffer byteOf(int value) {
        bytes.write(value);
        return this;
    }

    CodeBuffer intOf(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(value >> shift);
        }
        return this;
    }

    CodeBuffer longOf(long value) {
        return intOf((int) value).intOf((int) (value >> Integer.SIZE));
    }

    /** The byte ModRM over two registers. */
    CodeBuffer direct(int register, int other) {
        return byteOf(DIRECT | (register & LOW_BITS) << 3 | other & LOW_BITS);
    }

    /**
     * ModRM, SIB and displacement of an address.
     *
     * @param unit what a displacement of 8 bits is multiplied with
     */
    CodeBuffer memory(int register, Memory memory, int unit) {
        int base = memory.base().ordinal() & LOW_BITS;
        int field = (register & LOW_BITS) << 3;
        int mode = mode(memory, unit);
        GeneralRegister index = memory.index();
        if (index != null) {
            int scale = Integer.numberOfTrailingZeros(memory.scale());
            byteOf(mode | field | INDEXED).byteOf(scale << 6 | (index.ordinal() & LOW_BITS) << 3 | base);
        } else if (base == (GeneralRegister.RSP.ordinal() & LOW_BITS)) {
            byteOf(mode | field | INDEXED).byteOf(INDEXED << 3 | base);
        } else {
            byteOf(mode | field | base);
        }
        return switch (mode) {
            case SHORT_DISPLACEMENT -> byteOf(memory.displacement() / unit);
            case LONG_DISPLACEMENT -> intOf(memory.displacement());
            default -> this;
        };
    }

    private static int mode(Memory memory, int unit) {
        int displacement = memory.displacement();
        // Without a displacement RBP and R13 mean another kind of address.
        boolean needsDisplacement = (memory.base().ordinal() & LOW_BITS) == GeneralRegister.RBP.ordinal();
        if (displacement == 0 && !needsDisplacement) {
            return 0;
        }
        return displacement % unit == 0 && isByte(displacement / unit) ? SHORT_DISPLACEMENT : LONG_DISPLACEMENT;
    }

    static boolean isByte(long value) {
        return value == (byte) value;
    }

    byte[] toArray() {
        return bytes.toByteArray();
    }
}
