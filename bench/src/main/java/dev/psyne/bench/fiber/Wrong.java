package dev.psyne.bench.fiber;

/** Ends a run whose work did not come out right: its figures would mean nothing. */
final class Wrong {
    private Wrong() {}

    /**
     * Checks.
     *
     * @throws IllegalStateException if it is not right
     */
    static void unless(boolean isRight, String what) {
        if (!isRight) {
            throw new IllegalStateException("the bench went wrong: " + what);
        }
    }
}
