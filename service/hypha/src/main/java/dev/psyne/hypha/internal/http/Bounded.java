package dev.psyne.hypha.internal.http;

import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import java.util.concurrent.Semaphore;

/** Answers so many requests at once and no more: each may wait long for somebody else's service. */
final class Bounded {
    private final Semaphore free;
    private final HttpAnswers answers;

    Bounded(int requests, HttpAnswers answers) {
        this.free = new Semaphore(requests);
        this.answers = answers;
    }

    /** The same handler within this bound. */
    HttpHandler of(HttpHandler handler) {
        return exchange -> handle(exchange, handler);
    }

    private void handle(HttpExchange exchange, HttpHandler handler) throws Exception {
        if (!free.tryAcquire()) {
            answers.refuse(
                    exchange, new Refused(Refused.TOO_MANY, "As many calls wait as may; try again in a second."));
            return;
        }
        try {
            handler.handle(exchange);
        } finally {
            free.release();
        }
    }
}
