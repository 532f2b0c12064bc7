package dev.psyne.vlm.internal.checkpoint;

import dev.psyne.vlm.ModelException;
import java.nio.file.Path;
import java.util.List;

/** The numbers of ggml's tensor types ({@code ggml.h}, {@code enum ggml_type}), those we do not read for messages. */
final class GgufTypes {
    private static final String GONE = "";
    private static final List<String> NAMES = List.of(
            "F32", "F16", "Q4_0", "Q4_1", GONE, GONE, "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
            "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16",
            "I32", "I64", "F64", "IQ1_M", "BF16", GONE, GONE, GONE, "TQ1_0", "TQ2_0", GONE, GONE, GONE, "MXFP4");

    private GgufTypes() {}

    static StoredType type(Path file, String tensor, int number) {
        String name = number >= 0 && number < NAMES.size() ? NAMES.get(number) : GONE;
        for (StoredType type : StoredType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new ModelException(
                file,
                tensor,
                name.isEmpty() ? "type " + Integer.toUnsignedString(number) : name,
                "one of " + StoredType.readableNames());
    }
}
