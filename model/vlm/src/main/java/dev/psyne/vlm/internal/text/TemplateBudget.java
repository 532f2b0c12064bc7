package dev.psyne.vlm.internal.text;

/** What one rendering may take in time, memory and stack; more of any is a {@link TemplateFault}. */
final class TemplateBudget {
    /** Most statements, expressions and elements looked at. */
    static final long MAX_STEPS = 1_000_000;

    /** Most characters made or searched, those of strings that are thrown away included. */
    static final long MAX_CHARACTERS = 64L << 20;

    /** Deepest evaluation: statements, expressions and macros inside each other. */
    static final int MAX_DEPTH = 600;

    private static final int SEARCH_SHARE = 256;

    private long stepsLeft = MAX_STEPS;
    private long charactersLeft = MAX_CHARACTERS;
    private int depth;

    void step() {
        steps(1);
    }

    void steps(long count) {
        stepsLeft -= count;
        if (stepsLeft < 0) {
            throw new TemplateFault("more than " + MAX_STEPS + " steps");
        }
    }

    /** A string about to be made, or read through. */
    void characters(long count) {
        charactersLeft -= count;
        if (charactersLeft < 0) {
            throw new TemplateFault("more than " + MAX_CHARACTERS + " characters made or searched");
        }
    }

    /** A search for one string in another, which may begin to match at each place. */
    void search(String text, String wanted) {
        characters(text.length() + (long) text.length() * wanted.length() / SEARCH_SHARE);
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new TemplateFault("more than " + MAX_DEPTH + " levels");
        }
    }

    void leave() {
        depth--;
    }
}
