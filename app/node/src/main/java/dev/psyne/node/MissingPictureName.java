package dev.psyne.node;

import dev.psyne.vlm.EvaluationOptions.MissingPicture;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what is done about a missing picture. */
final class MissingPictureName implements ITypeConverter<MissingPicture> {
    @Override
    public MissingPicture convert(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "skip" -> MissingPicture.SKIP;
            case "fail" -> MissingPicture.FAIL;
            default -> throw new TypeConversionException("'" + value + "' is neither skip nor fail");
        };
    }
}
