package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A Map with String keys, in its order: the keys' slots, the values' slots, the keys, the values' parts. */
record MapCodec(ValueCodec value) implements ValueCodec {
    @Override
    public void write(MessageWriter writer, long slot, Object map, String where) {
        Object[] entries = ((Map<?, ?>) map).entrySet().toArray();
        if (entries.length == 0) {
            return;
        }
        long keysBytes = (long) MessageLayout.SLOT_BYTES * entries.length;
        int step = value.slotBytes();
        // The values' table lies at a multiple of their size in the message, so its distance from the keys' table
        // depends on that one's place.
        long keys = writer.table(keysBytes, MessageLayout.SLOT_ALIGNMENT, where);
        long values = writer.table((long) step * entries.length, value.alignment(), where);
        writer.slot(slot, keys, entries.length);
        for (int i = 0; i < entries.length; i++) {
            Object key = MessageWriter.required(((Map.Entry<?, ?>) entries[i]).getKey(), where);
            writer.text(keys + (long) MessageLayout.SLOT_BYTES * i, (String) key, where);
        }
        for (int i = 0; i < entries.length; i++) {
            Object held = MessageWriter.required(((Map.Entry<?, ?>) entries[i]).getValue(), where);
            value.write(writer, values + (long) step * i, held, where);
        }
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        long place = reader.i64(slot);
        if (place == 0) {
            return Map.of();
        }
        long count = MessageLayout.count(place);
        long keysBytes = MessageLayout.SLOT_BYTES * count;
        int step = value.slotBytes();
        long keys = reader.part(place, keysBytes, MessageLayout.SLOT_ALIGNMENT, where);
        long behind = MessageLayout.align(keys + keysBytes, value.alignment());
        long values = reader.place(behind, step * count, value.alignment(), where);
        String[] names = new String[ArrayCodec.length(count, where)];
        for (int i = 0; i < names.length; i++) {
            names[i] = reader.text(keys + (long) MessageLayout.SLOT_BYTES * i, where);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            Object held = value.read(reader, values + (long) step * i, where);
            if (map.putIfAbsent(names[i], held) != null) {
                throw new BrokenMessageException(where, "key " + i + " comes twice");
            }
        }
        return Collections.unmodifiableMap(map);
    }
}
