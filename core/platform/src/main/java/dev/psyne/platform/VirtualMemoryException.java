package dev.psyne.platform;

/** The system refused memory; the caller may ask for less, or again when some has been given back. */
public final class VirtualMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    VirtualMemoryException(String message) {
        super(message);
    }

    VirtualMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
