package dev.psyne.bench.channel;

import java.io.IOException;

/**
 * A contender that can be started.
 *
 * @param name as it stands in a row
 * @param start starts it
 */
record Entrant(String name, Start start) {
    @FunctionalInterface
    interface Start {
        Contender start() throws IOException, InterruptedException;
    }
}
