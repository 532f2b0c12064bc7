package dev.psyne.platform.assembler;

import org.jspecify.annotations.Nullable;

/**
 * An address: {@code base + index * scale + displacement}.
 *
 * @param index none, or any register but RSP
 * @param scale 1, 2, 4 or 8
 */
public record Memory(GeneralRegister base, @Nullable GeneralRegister index, int scale, int displacement)
        implements Operand.General, Operand.Vector {
    /** Checks the index and the scale. */
    public Memory {
        if (index == GeneralRegister.RSP) {
            throw new IllegalArgumentException("RSP cannot be an index; use it as the base");
        }
        if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
            throw new IllegalArgumentException("scale is " + scale + "; it may be 1, 2, 4 or 8");
        }
    }

    /** The address in a register. */
    public static Memory at(GeneralRegister base) {
        return new Memory(base, null, 1, 0);
    }

    /** The address in a register, and some bytes more. */
    public static Memory at(GeneralRegister base, int displacement) {
        return new Memory(base, null, 1, displacement);
    }

    /** An indexed address. */
    public static Memory at(GeneralRegister base, GeneralRegister index, int scale, int displacement) {
        return new Memory(base, index, scale, displacement);
    }

    /** This address and some bytes more. */
    public Memory plus(int bytes) {
        return new Memory(base, index, scale, Math.addExact(displacement, bytes));
    }
}
