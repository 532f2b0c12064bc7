package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Definition;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The names of an enum's constants.
 *
 * @param numbers by name
 * @param names by number
 */
record EnumNameCodec(Definition.EnumOf definition, Map<String, Integer> numbers, Map<Integer, String> names)
        implements ValueCodec {
    static EnumNameCodec of(Definition.EnumOf definition) {
        return new EnumNameCodec(
                definition,
                definition.constants().stream()
                        .collect(Collectors.toUnmodifiableMap(Definition.Constant::name, Definition.Constant::number)),
                definition.constants().stream()
                        .collect(Collectors.toUnmodifiableMap(Definition.Constant::number, Definition.Constant::name)));
    }

    @Override
    public void write(MessageWriter writer, long slot, Object value, String where) {
        Integer number = numbers.get((String) value);
        if (number == null) {
            throw new IllegalArgumentException(
                    where + ": enum " + definition.name() + " has " + numbers.keySet() + ", not '" + value + "'");
        }
        writer.i32(slot, number);
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        int number = reader.i32(slot);
        String name = names.get(number);
        if (name == null) {
            throw new BrokenMessageException(
                    where, "enum " + definition.name() + " has no number " + Integer.toUnsignedString(number));
        }
        return name;
    }

    @Override
    public int slotBytes() {
        return Integer.BYTES;
    }

    @Override
    public int alignment() {
        return Integer.BYTES;
    }
}
