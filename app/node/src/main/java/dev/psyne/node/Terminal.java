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

    void error(String sentence) {
        err.println(colour ? "\u001b[31mpsyne:\u001b[0m " + sentence : "psyne: " + sentence);
        err.flush();
    }
}
