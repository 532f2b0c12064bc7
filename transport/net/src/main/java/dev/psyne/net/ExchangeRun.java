package dev.psyne.net;

import java.util.function.Consumer;

/** The job of one request: calls its handler, sees that there is an answer, and gives the body's memory back. */
final class ExchangeRun implements Runnable {
    private final HttpHandler handler;
    private final NettyExchange exchange;
    private final Payload payload;
    private final DisconnectActions disconnectActions;
    private final Consumer<Throwable> failures;
    private final Runnable ended;

    /** {@code ended} runs on the event loop after the handler has returned. */
    ExchangeRun(
            HttpHandler handler,
            NettyExchange exchange,
            Payload payload,
            DisconnectActions disconnectActions,
            Consumer<Throwable> failures,
            Runnable ended) {
        this.handler = handler;
        this.exchange = exchange;
        this.payload = payload;
        this.disconnectActions = disconnectActions;
        this.failures = failures;
        this.ended = ended;
    }

    @Override
    public void run() {
        try {
            handler.handle(exchange);
            if (!exchange.hasAnswer() && !disconnectActions.isDisconnected()) {
                failures.accept(new IllegalStateException("no answer from the handler of " + exchange.path()));
            }
            exchange.finish();
        } catch (HttpException answer) {
            exchange.fail(ErrorResponse.of(answer));
        } catch (Throwable failure) {
            // Whatever was thrown, errors included, must end in an answer and in the release below.
            if (!disconnectActions.isDisconnected()) {
                failures.accept(failure);
            }
            exchange.fail(ErrorResponse.internal());
        } finally {
            payload.release();
            exchange.onEventLoop(ended);
        }
    }

    /** The peer has gone, or there was no room to wait: the handler will never run. */
    void abandon() {
        payload.release();
    }

    NettyExchange exchange() {
        return exchange;
    }

    void disconnected() {
        disconnectActions.disconnected();
    }

    /** Handler and answer are both done. */
    void ended() {
        disconnectActions.ended();
    }
}
