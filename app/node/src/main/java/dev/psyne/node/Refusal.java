package dev.psyne.node;

import dev.psyne.image.ImageException;
import dev.psyne.image.ImageTooLargeException;
import dev.psyne.vlm.ContextLengthException;
import dev.psyne.vlm.ModelBusyException;
import dev.psyne.vlm.QuestionException;
import java.util.Optional;

/**
 * Why a question is not answered, the same on every way into the node.
 *
 * @param status of HTTP
 * @param code for a program
 * @param sentence for a person
 */
record Refusal(int status, String code, String sentence) {
    static final int BUSY = 429;
    static final int UNAVAILABLE = 503;

    /** What is told of an exception; nothing if it is a mistake of the node. */
    static Optional<Refusal> of(RuntimeException e) {
        return switch (e) {
            case BusyException _ -> refusal(BUSY, "busy", e);
            case ModelBusyException _ -> refusal(BUSY, "busy", e);
            case UnknownModelException _ -> refusal(404, "model_not_found", e);
            case UnavailableModelException _ -> refusal(UNAVAILABLE, "model_unavailable", e);
            case TooLargeException _ -> refusal(413, "image_too_large", e);
            case ImageTooLargeException _ -> refusal(413, "image_too_large", e);
            case ImageException _ -> refusal(400, "invalid_image", e);
            case ContextLengthException _ -> refusal(400, "context_length_exceeded", e);
            case QuestionException _ -> refusal(400, "invalid_question", e);
            default -> Optional.empty();
        };
    }

    private static Optional<Refusal> refusal(int status, String code, RuntimeException e) {
        return Optional.of(new Refusal(status, code, String.valueOf(e.getMessage())));
    }

    /** The type of OpenAI's error document. */
    String type() {
        return switch (status) {
            case BUSY -> "rate_limit_error";
            case UNAVAILABLE -> "server_error";
            default -> "invalid_request_error";
        };
    }
}
