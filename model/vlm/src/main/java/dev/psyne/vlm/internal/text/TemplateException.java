package dev.psyne.vlm.internal.text;

/**
 * A conversation cannot be put into a chat template: the template refuses it ({@code raise_exception}), takes too long, or
 * does with it what its language does not allow. The message names the file, the line and what was found.
 */
public final class TemplateException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    TemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
