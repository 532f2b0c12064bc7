package dev.psyne.platform;

/** A file that describes the CPUs is absent although nothing can stand for it, or says what cannot be understood. */
final class UnreadableTopologyException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableTopologyException(String file, String found, String expected) {
        super("/" + file + " " + found + ", expected " + expected);
    }
}
