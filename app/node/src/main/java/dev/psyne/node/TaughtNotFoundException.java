package dev.psyne.node;

/** There is no taught thing of a name, or none to bring back. The message is a sentence for who asked. */
final class TaughtNotFoundException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    TaughtNotFoundException(String message) {
        super(message);
    }
}
