package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Definition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The constants of a Java enum, by the numbers that a definition gives to their names.
 *
 * @param numbers by the constant's ordinal
 * @param constants by number
 */
record EnumCodec(Definition.EnumOf definition, List<Integer> numbers, Map<Integer, Enum<?>> constants)
        implements ValueCodec {
    EnumCodec {
        numbers = List.copyOf(numbers);
        constants = Map.copyOf(constants);
    }

    /**
     * A codec.
     *
     * @throws IllegalArgumentException if definition and class have not the same names
     */
    static EnumCodec of(Definition.EnumOf definition, Class<?> type) {
        Map<String, Enum<?>> named = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            named.put(((Enum<?>) constant).name(), (Enum<?>) constant);
        }
        Integer[] numbers = new Integer[named.size()];
        Map<Integer, Enum<?>> constants = new HashMap<>();
        for (Definition.Constant constant : definition.constants()) {
            Enum<?> held = named.remove(constant.name());
            if (held == null) {
                throw new IllegalArgumentException(type + " has no constant " + constant.name() + " of enum "
                        + definition.name() + "; generate it again");
            }
            numbers[held.ordinal()] = constant.number();
            constants.put(constant.number(), held);
        }
        if (!named.isEmpty()) {
            throw new IllegalArgumentException(
                    "enum " + definition.name() + " has no " + named.keySet() + " of " + type + "; generate it again");
        }
        return new EnumCodec(definition, List.of(numbers), constants);
    }

    @Override
    public void write(MessageWriter writer, long slot, Object value, String where) {
        writer.i32(slot, numbers.get(((Enum<?>) value).ordinal()));
    }

    @Override
    public Object read(MessageReader reader, long slot, String where) {
        int number = reader.i32(slot);
        Enum<?> constant = constants.get(number);
        if (constant == null) {
            throw new BrokenMessageException(
                    where, "enum " + definition.name() + " has no number " + Integer.toUnsignedString(number));
        }
        return constant;
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
