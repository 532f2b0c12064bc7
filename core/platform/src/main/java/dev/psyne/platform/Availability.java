package dev.psyne.platform;

/** Whether a hardware or system variant can be used here, and if not, why and what would cure it. */
public sealed interface Availability {

    /**
     * Usable.
     *
     * @param what what was found, for a person to read
     */
    record Available(String what) implements Availability {}

    /**
     * Not usable here.
     *
     * @param why the reason
     * @param cure what the owner of the machine can do about it
     */
    record Unavailable(String why, String cure) implements Availability {}
}
