package dev.psyne.platform.assembler;

/** A place in a program to jump to; placed once by {@link Assembler#place}. Equal to itself only. */
public final class Label {
    private final String name;

    /**
     * A label not yet placed.
     *
     * @param name for messages
     */
    public Label(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
