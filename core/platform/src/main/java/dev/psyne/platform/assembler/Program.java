package dev.psyne.platform.assembler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Instructions in their order, and the bytes they are. Immutable but for the array that {@link #code()} makes anew.
 *
 * <p>A jump takes 2 bytes where its distance fits one, else 5 or 6: all begin short, and those that do not reach grow
 * until none does.
 */
public final class Program {
    private static final int SHORT_JUMP_BYTES = 2;

    private final List<Instruction> instructions;
    private final byte[][] encoded;
    private final Map<Label, Integer> places = new HashMap<>();

    Program(List<Instruction> instructions) {
        this.instructions = List.copyOf(instructions);
        encoded = new byte[instructions.size()][];
        for (int i = 0; i < encoded.length; i++) {
            place(i);
            encoded[i] = switch (instructions.get(i)) {
                case Instruction.General general -> GeneralEncoding.encode(general);
                case Instruction.Vector vector -> VectorEncoding.encode(vector);
                case Instruction.Jump _ -> new byte[SHORT_JUMP_BYTES];
                case Instruction.Place _ -> new byte[0];
            };
        }
        while (jump()) {
            // Each round makes at least one jump longer.
        }
    }

    private void place(int at) {
        if (instructions.get(at) instanceof Instruction.Place(Label label) && places.put(label, at) != null) {
            throw new IllegalArgumentException("label " + label + " is placed twice; place it once");
        }
    }

    /** Encodes the jumps anew; whether one of them became longer. */
    private boolean jump() {
        int[] offsets = offsets();
        boolean grown = false;
        for (int i = 0; i < encoded.length; i++) {
            if (instructions.get(i) instanceof Instruction.Jump(Condition condition, Label label)) {
                int length = encoded[i].length;
                int distance = offsets[index(label)] - offsets[i] - length;
                encoded[i] = jump(condition, distance, length > SHORT_JUMP_BYTES);
                grown |= encoded[i].length > length;
            }
        }
        return grown;
    }

    private static byte[] jump(Condition condition, int distance, boolean isLong) {
        boolean always = condition == Condition.ALWAYS;
        CodeBuffer code = new CodeBuffer();
        if (!isLong && CodeBuffer.isByte(distance)) {
            return code.byteOf(always ? 0xeb : 0x70 | condition.code())
                    .byteOf(distance)
                    .toArray();
        }
        return (always ? code.byteOf(0xe9) : code.byteOf(0x0f).byteOf(0x80 | condition.code()))
                .intOf(distance)
                .toArray();
    }

    private int[] offsets() {
        int[] offsets = new int[encoded.length];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + encoded[i - 1].length;
        }
        return offsets;
    }

    /** The instructions, in order. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** The index among the instructions at which a label is placed. */
    public int index(Label label) {
        Integer place = places.get(label);
        if (place == null) {
            throw new IllegalArgumentException("label " + label + " is not placed; place it in the same program");
        }
        return place;
    }

    /** Byte offset of a label in the code. */
    public int offset(Label label) {
        return offsets()[index(label)];
    }

    /** The machine code. */
    public byte[] code() {
        CodeBuffer code = new CodeBuffer();
        List<byte[]> parts = new ArrayList<>(Arrays.asList(encoded));
        parts.forEach(part -> {
            for (byte value : part) {
                code.byteOf(value);
            }
        });
        return code.toArray();
    }

    /** The bytes of one instruction. */
    public byte[] code(int index) {
        return encoded[index].clone();
    }
}
