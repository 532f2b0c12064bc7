package dev.psyne.memory;

/** What is there under a region's name or descriptor is not the region that was expected. */
public final class RegionMismatchException extends RegionException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String found;
    private final String expected;

    RegionMismatchException(String region, String field, String found, String expected, String cure) {
        super(Reason.MISMATCH, region + ": " + field + " is " + found + ", expected " + expected + "; " + cure, null);
        this.field = field;
        this.found = found;
        this.expected = expected;
    }

    /**
     * What differs: {@code type}, {@code owner}, {@code permissions}, {@code magic}, {@code version}, {@code header owner},
     * {@code payload bytes}, {@code file bytes} or {@code seals}.
     */
    public String field() {
        return field;
    }

    /** What was found there. */
    public String found() {
        return found;
    }

    /** What was expected there. */
    public String expected() {
        return expected;
    }
}
