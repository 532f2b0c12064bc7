package dev.psyne.vlm.internal.text;

/** What stops a template; {@link ChatTemplate} adds the file and the line. */
final class TemplateFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    TemplateFault(String message) {
        super(message, null, false, false);
    }
}
