package dev.psyne.vlm;

/** Where an answer's tokens go as they are chosen. Called by the thread or fiber that asks; may wait. */
@FunctionalInterface
public interface TokenSink {
    /** Takes a token; false ends the answer. */
    boolean accept(Token token);
}
