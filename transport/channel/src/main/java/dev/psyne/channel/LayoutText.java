package dev.psyne.channel;

import dev.psyne.memory.XxHash3;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A layout as text, from which its fingerprint is taken. Not {@link MemoryLayout#toString()}, which may change with the JDK.
 *
 * <pre>
 *   layout   = kind "%" alignment name
 *   kind     = value | padding | sequence | struct | union
 *   value    = "i1" | "i2" | "i4" | "i8" | "f4" | "f8" | "c2" | "b1", and where it has more than a byte "&lt;" or "&gt;"
 *   padding  = "x" bytes
 *   sequence = "[" count " " layout "]"
 *   struct   = "{" layout* "}"
 *   union    = "|" layout* "|"
 *   name     = "" | ":" length of the name in chars ":" name
 * </pre>
 */
final class LayoutText {
    private final StringBuilder text = new StringBuilder();

    private LayoutText() {}

    static long fingerprint(MemoryLayout layout) {
        byte[] bytes = of(layout).getBytes(StandardCharsets.UTF_8);
        return new XxHash3().hash(MemorySegment.ofArray(bytes));
    }

    static String of(MemoryLayout layout) {
        LayoutText made = new LayoutText();
        made.append(layout);
        return made.text.toString();
    }

    private void append(MemoryLayout layout) {
        switch (layout) {
            case AddressLayout address ->
                throw new IllegalArgumentException(
                        "the layout has the address " + address + "; it would mean nothing in another process");
            case ValueLayout value -> appendValue(value);
            case PaddingLayout padding -> text.append('x').append(padding.byteSize());
            case SequenceLayout sequence -> {
                text.append('[').append(sequence.elementCount()).append(' ');
                append(sequence.elementLayout());
                text.append(']');
            }
            case StructLayout struct -> {
                text.append('{');
                struct.memberLayouts().forEach(this::append);
                text.append('}');
            }
            case UnionLayout union -> {
                text.append('|');
                union.memberLayouts().forEach(this::append);
                text.append('|');
            }
        }
        text.append('%').append(layout.byteAlignment());
        layout.name()
                .ifPresent(name ->
                        text.append(':').append(name.length()).append(':').append(name));
    }

    private void appendValue(ValueLayout value) {
        String kind = switch (value) {
            case ValueLayout.OfBoolean _ -> "b";
            case ValueLayout.OfChar _ -> "c";
            case ValueLayout.OfFloat _, ValueLayout.OfDouble _ -> "f";
            case ValueLayout.OfByte _, ValueLayout.OfShort _, ValueLayout.OfInt _, ValueLayout.OfLong _ -> "i";
            case AddressLayout _ -> throw new AssertionError("addresses are refused before");
        };
        text.append(kind).append(value.byteSize());
        if (value.byteSize() > 1) {
            text.append(value.order() == ByteOrder.LITTLE_ENDIAN ? '<' : '>');
        }
    }
}
