package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import java.lang.reflect.RecordComponent;
import java.util.List;

/**
 * A definition and what holds its values in Java. Immutable.
 *
 * @param holder a record class, or {@code Object[]}
 * @param fields in the order of their numbers
 */
record RecordBinding(Definition.RecordOf definition, RecordLayout layout, Class<?> holder, List<FieldBinding> fields) {
    RecordBinding {
        fields = List.copyOf(fields);
    }

    /**
     * One field.
     *
     * @param index of the record's component, or in the array
     * @param type of the component; boxed in an array
     * @param where the record's name, a point, the field's
     */
    record FieldBinding(RecordLayout.Slot slot, int index, Class<?> type, ValueCodec codec, String where) {
        boolean isOptional() {
            return slot.field().optional();
        }

        int presenceMask() {
            return 1 << slot.presenceBit();
        }
    }

    boolean isArray() {
        return holder == Object[].class;
    }

    RecordComponent component(FieldBinding field) {
        return holder.getRecordComponents()[field.index()];
    }
}
