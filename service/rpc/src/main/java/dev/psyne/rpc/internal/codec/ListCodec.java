package dev.psyne.rpc.internal.codec;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A List: a table of its elements' slots, then their parts. */
record ListCodec(ValueCodec element) implements ValueCodec {
    @Override
    public void write(MessageWriter writer, long slot, Object value, String where) {
        Object[] elements = ((List<?>) value).toArray();
        if (elements.length == 0) {
            return;
        }
        int step = element.slotBytes();
        long at = writer.table((long) step * elements.length, element.alignment(), where);
        writer.slot(slot, at, elements.length);
        for (int i = 0; i < elements.length; i++) {
            element.write(writer, at + (long) step * i, MessageWriter.required(elements[i], where), where);
        }
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        long place = reader.i64(slot);
        if (place == 0) {
            return List.of();
        }
        int step = element.slotBytes();
        long count = MessageLayout.count(place);
        long at = reader.part(place, step * count, element.alignment(), where);
        Object[] elements = new Object[ArrayCodec.length(count, where)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = element.read(reader, at + (long) step * i, where);
        }
        return Collections.unmodifiableList(Arrays.asList(elements));
    }
}
