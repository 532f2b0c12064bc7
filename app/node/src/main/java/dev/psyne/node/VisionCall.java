package dev.psyne.node;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.NumpyArray;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code vision.ask(image, question, …)} as hypha's clients give them: by position or by name. */
final class VisionCall {
    private static final int IMAGE = 0;
    private static final int QUESTION = 1;

    /** Behind every argument that has a position. */
    private static final int BY_NAME = Integer.MAX_VALUE;

    private VisionCall() {}

    /** @throws HyphaException that tells the caller what is wrong */
    static Question question(HyphaCall call) {
        List<Question.Part> parts = new ArrayList<>();
        try {
            Object image = call.argument(IMAGE, "image");
            if (image != null) {
                parts.add(new Question.PictureFile(picture(image)));
            }
            for (Object each : images(call)) {
                parts.add(new Question.PictureFile(picture(each)));
            }
            parts.add(new Question.Words(call.string(QUESTION, "question")));
            List<Question.Message> messages = List.of(new Question.Message(Role.USER, parts));
            return new Question(model(call), messages, sampling(call));
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new HyphaException("ValueError: " + wrong.getMessage(), wrong);
        }
    }

    private static List<?> images(HyphaCall call) {
        return switch (call.argument(BY_NAME, "images")) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw new IllegalArgumentException("'images' must be a list");
        };
    }

    private static MemorySegment picture(@Nullable Object image) {
        return switch (image) {
            case MemorySegment file -> file;
            case NumpyArray pixels -> PixelFile.of(pixels);
            case String url when url.startsWith("data:") -> DataUrl.decode(url);
            case String base64 -> DataUrl.decode("data:;base64," + base64);
            case null, default ->
                throw new IllegalArgumentException(
                        "a picture is bytes of a PNG, JPEG or WebP file, base64 of them, or an array of uint8");
        };
    }

    private static Optional<String> model(HyphaCall call) {
        return call.argument(BY_NAME, "model") instanceof String name ? Optional.of(name) : Optional.empty();
    }

    private static Sampling sampling(HyphaCall call) {
        double temperature = number(call, "temperature", 0).doubleValue();
        Sampling sampling = temperature == 0
                ? Sampling.greedy()
                : Sampling.topP(temperature, 1, number(call, "seed", 0).longValue());
        return sampling.withMaxTokens(
                Math.toIntExact(number(call, "max_tokens", Integer.MAX_VALUE).longValue()));
    }

    private static Number number(HyphaCall call, String name, Number otherwise) {
        return switch (call.argument(BY_NAME, name)) {
            case null -> otherwise;
            case Number number -> number;
            default -> throw new IllegalArgumentException("'" + name + "' must be a number");
        };
    }
}
