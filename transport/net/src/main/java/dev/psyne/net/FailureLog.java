package dev.psyne.net;

import java.util.function.Consumer;

/** Logs what a handler or listener threw; its client has been answered, but without the cause. */
final class FailureLog implements Consumer<Throwable> {
    private final System.Logger logger = System.getLogger("dev.psyne.net");

    @Override
    public void accept(Throwable failure) {
        logger.log(System.Logger.Level.ERROR, "a handler failed", failure);
    }
}
