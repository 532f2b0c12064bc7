package dev.psyne.hypha.internal.http;

import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.JsonValues;
import dev.psyne.hypha.RemoteStream;
import dev.psyne.net.EventStream;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET|POST /{workspace}/services/{service}/{function}}: one call. The answer is JSON, or MessagePack for who sends or
 * accepts that; a generator is answered whole as an array, or element by element to who accepts {@code text/event-stream}.
 */
final class ServiceCalls implements HttpHandler {
    private static final String EVENTS = "text/event-stream";
    private static final int OK = 200;

    private final Guests guests;
    private final JsonMapper json;
    private final JsonValues values;
    private final CallArguments arguments;
    private final HttpAnswers answers;
    private final HttpHandler documents;

    /** {@code documents} answers what is no call. */
    ServiceCalls(Guests guests, JsonMapper json, JsonValues values, HttpHandler documents) {
        this.guests = guests;
        this.json = json;
        this.values = values;
        this.arguments = new CallArguments(json, values);
        this.answers = new HttpAnswers(json);
        this.documents = documents;
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        ServicePath path = ServicePath.of(exchange.path());
        if (path == null) {
            answers.refuse(exchange, new Refused(Refused.NOT_FOUND, "There is nothing at " + exchange.path()));
        } else if (path.function() == null || path.function().equals(ServiceDocuments.OPEN_API)) {
            documents.handle(exchange);
        } else {
            admit(exchange, path);
        }
    }

    private void admit(HttpExchange exchange, ServicePath path) throws InterruptedException {
        try (Guest guest = guests.admit(RequestToken.of(exchange))) {
            call(exchange, guest, path);
        } catch (HyphaException unknown) {
            answers.refuse(exchange, Refused.unauthorized(unknown));
        }
    }

    private void call(HttpExchange exchange, Guest guest, ServicePath path) throws InterruptedException {
        try {
            Object result =
                    CallTarget.call(exchange, guest, path, CallArguments.mode(exchange), arguments.of(exchange));
            if (result instanceof RemoteStream stream && accepts(exchange, EVENTS)) {
                sendEach(exchange, stream);
            } else {
                respond(exchange, result instanceof RemoteStream stream ? values.collect(stream) : result);
            }
        } catch (CancellationException gone) {
            // There is nobody to answer.
            answers.refuse(exchange, new Refused(Refused.CLIENT_GONE, "the client has gone"));
        } catch (IllegalArgumentException wrong) {
            answers.refuse(exchange, new Refused(Refused.BAD_REQUEST, String.valueOf(wrong.getMessage())));
        } catch (HyphaException failure) {
            answers.refuse(exchange, Refused.of(failure));
        }
    }

    private void respond(HttpExchange exchange, @Nullable Object result) {
        if (MessagePackBody.isWanted(exchange)) {
            exchange.respond(OK, MessagePackBody.TYPE, MessagePackBody.write(result));
        } else {
            answers.ok(exchange, values.write(result));
        }
    }

    private void sendEach(HttpExchange exchange, RemoteStream elements) {
        try (elements;
                EventStream events = exchange.eventStream()) {
            try {
                boolean open = true;
                while (open && elements.hasNext()) {
                    open = send(events, elements.next());
                }
            } catch (HyphaException failure) {
                // The status has left: the failure is told as the last element.
                send(events, failure);
            }
        }
    }

    private boolean send(EventStream events, @Nullable Object element) {
        return events.send(json.writeValueAsString(values.write(element)));
    }

    private static boolean accepts(HttpExchange exchange, String type) {
        return exchange.header("accept").orElse("").contains(type);
    }
}
