package dev.psyne.node;

import java.io.PrintWriter;

/**
 * Where a command writes: results on standard output, everything else on standard error; progress and colour only
 * when a person reads it.
 *
 * @param out standard output
 * @param err standard error
 * @param interactive whether standard error is a terminal
 * @param colour whether colour is wanted (https://no-color.org)
 */
record Terminal(PrintWriter out, PrintWriter err, boolean interactive, boolean colour) {

    /** Back to the first column, and all behind it is erased (ECMA-48, EL). */
    private static final String LINE_BEGIN = "\r\u001b[K";

    static Terminal of(PrintWriter out, PrintWriter err, java.util.Map<String, String> environment) {
        boolean interactive = "terminal".equals(environment.get("PSYNE_STDERR"));
        boolean colour = interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(out, err, interactive, colour);
    }

    void progress(String sentence) {
        if (interactive) {
            err.println(sentence);
            err.flush();
        }
    }

    /** A line that the next one takes the place of. */
    void passing(String sentence) {
        if (interactive) {
            err.print(LINE_BEGIN + sentence);
            err.flush();
        }
    }

    /** Takes the last passing line away. */
    void passed() {
        passing("");
    }

    void error(String sentence) {
        err.println(colour ? "\u001b[31mpsyne:\u001b[0m " + sentence : "psyne: " + sentence);
        err.flush();
    }
}
