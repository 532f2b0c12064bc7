package dev.psyne.telemetry;

/** No cell is left for another meter; create the {@link Meters} with a larger capacity or use fewer label values. */
public final class MetersFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MetersFullException(String series, int capacity) {
        super("no cell is left for " + series + "; all " + capacity + " are taken");
    }
}
