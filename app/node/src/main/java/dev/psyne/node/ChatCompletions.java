package dev.psyne.node;

import dev.psyne.image.ImageException;
import dev.psyne.image.ImageTooLargeException;
import dev.psyne.net.EventStream;
import dev.psyne.net.HttpException;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.QuestionException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/chat/completions}: one question about one picture, answered whole or as server-sent events. */
final class ChatCompletions implements HttpHandler {
    private static final String JSON = "application/json";

    private final JsonMapper json;
    private final Vision vision;
    private final InstantSource clock;

    ChatCompletions(JsonMapper json, Vision vision, InstantSource clock) {
        this.json = json;
        this.vision = vision;
        this.clock = clock;
    }

    @Override
    public void handle(HttpExchange exchange) throws InterruptedException {
        try {
            ChatRequest request = ChatRequest.parse(json, exchange.body());
            requireModel(request.model());
            ChatResponse response = new ChatResponse(
                    json,
                    "chatcmpl-" + UUID.randomUUID(),
                    request.model(),
                    clock.instant().getEpochSecond());
            if (request.stream()) {
                stream(exchange, request, response);
            } else {
                Answer answer = vision.ask(request.vision(), new Silent(exchange));
                exchange.respond(200, JSON, response.whole(answer).getBytes(StandardCharsets.UTF_8));
            }
        } catch (BusyException e) {
            throw new HttpException(429, "rate_limit_error", "busy", sentence(e));
        } catch (ImageTooLargeException e) {
            throw HttpException.invalid(413, "image_too_large", sentence(e));
        } catch (ImageException e) {
            throw HttpException.invalid(400, "invalid_image", sentence(e));
        } catch (QuestionException e) {
            throw HttpException.invalid(400, "invalid_question", sentence(e));
        }
    }

    private void requireModel(String model) {
        String ours = vision.info().name();
        if (!model.equals(ours)) {
            throw HttpException.invalid(
                    404, "model_not_found", "There is no model '" + model + "' here; this node serves '" + ours + "'.");
        }
    }

    private void stream(HttpExchange exchange, ChatRequest request, ChatResponse response) throws InterruptedException {
        EventFlow flow = new EventFlow(exchange, response);
        Answer answer = vision.ask(request.vision(), flow);
        EventStream events = flow.events();
        events.send(response.closing(answer));
        if (request.streamUsage()) {
            events.send(response.usageChunk(answer));
        }
        events.send("[DONE]");
        events.close();
    }

    private static String sentence(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** A caller who waits for the whole answer; it ends early only when they leave. */
    private static final class Silent implements TokenFlow {
        private final AtomicBoolean gone = new AtomicBoolean();

        Silent(HttpExchange exchange) {
            exchange.onDisconnect(() -> gone.set(true));
        }

        @Override
        public boolean permit() {
            return !gone.get();
        }

        @Override
        public boolean deliver(TokenMessage token) {
            return !gone.get();
        }

        @Override
        public boolean cancelled() {
            return gone.get();
        }
    }

    /** Server-sent events, opened at the first token so that a refusal before it still has its own status. */
    private static final class EventFlow implements TokenFlow {
        private final HttpExchange exchange;
        private final ChatResponse response;
        private final AtomicBoolean gone = new AtomicBoolean();
        private volatile @org.jspecify.annotations.Nullable EventStream events;

        EventFlow(HttpExchange exchange, ChatResponse response) {
            this.exchange = exchange;
            this.response = response;
            exchange.onDisconnect(() -> gone.set(true));
        }

        EventStream events() {
            EventStream open = events;
            if (open == null) {
                open = exchange.eventStream();
                open.send(response.opening());
                events = open;
            }
            return open;
        }

        @Override
        public boolean permit() {
            return !gone.get();
        }

        @Override
        public boolean deliver(TokenMessage token) {
            return events().send(response.chunk(token.text()));
        }

        @Override
        public boolean cancelled() {
            return gone.get();
        }
    }
}
