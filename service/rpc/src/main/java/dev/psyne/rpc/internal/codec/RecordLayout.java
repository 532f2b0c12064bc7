package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import dev.psyne.rpc.internal.schema.Field;
import dev.psyne.rpc.internal.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the fields of a record lie in its fixed part. Immutable.
 *
 * @param slots in the order of the fields' numbers
 * @param fixedBytes of a record with all of these fields, its own u32 included; a multiple of 8
 * @param requiredBytes where the last field ends that is always there
 */
record RecordLayout(List<Slot> slots, int fixedBytes, int requiredBytes) {
    /** The word of a field that is always there. */
    static final int NO_PRESENCE = -1;

    /**
     * The place of one field.
     *
     * @param at from the record's beginning
     * @param bytes how long the slot is
     * @param presenceAt the presence word, {@link #NO_PRESENCE} if it has none
     * @param presenceBit 0 to 31
     */
    record Slot(Field field, int at, int bytes, int presenceAt, int presenceBit) {
        int end() {
            return at + bytes;
        }
    }

    RecordLayout {
        slots = List.copyOf(slots);
    }

    /**
     * The layout of a record.
     *
     * @param definitions what its fields' types name
     */
    static RecordLayout of(Definition.RecordOf record, Map<String, Definition> definitions) {
        List<Slot> slots = new ArrayList<>();
        int end = MessageLayout.FIXED_BYTES_SIZE;
        int required = end;
        int presenceAt = NO_PRESENCE;
        int optionals = 0;
        for (Field field : record.fields()) {
            int bit = optionals % MessageLayout.PRESENCE_BITS;
            if (field.optional()) {
                if (bit == 0) {
                    presenceAt = (int) MessageLayout.align(end, Integer.BYTES);
                    end = presenceAt + Integer.BYTES;
                }
                optionals++;
            }
            int at = (int) MessageLayout.align(end, alignment(field.type(), definitions));
            int bytes = bytes(field.type(), definitions);
            end = at + bytes;
            slots.add(new Slot(field, at, bytes, field.optional() ? presenceAt : NO_PRESENCE, bit));
            required = field.optional() ? required : end;
        }
        return new RecordLayout(slots, (int) MessageLayout.align(end, MessageLayout.PART_ALIGNMENT), required);
    }

    /** Bytes of a slot, and of an element of a list's table. */
    static int bytes(Type type, Map<String, Definition> definitions) {
        return switch (type) {
            case Type.Scalar scalar -> scalar.bytes();
            case Type.Callback _ -> Integer.BYTES;
            case Type.Named named when definitions.get(named.name()) instanceof Definition.EnumOf -> Integer.BYTES;
            default -> MessageLayout.SLOT_BYTES;
        };
    }

    private static int alignment(Type type, Map<String, Definition> definitions) {
        return type instanceof Type.Scalar scalar
                ? scalar.bytes()
                : Math.min(bytes(type, definitions), MessageLayout.SLOT_ALIGNMENT);
    }
}
