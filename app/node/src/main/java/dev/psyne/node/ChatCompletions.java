package dev.psyne.node;

import dev.psyne.memory.ByteBudget;
import dev.psyne.net.EventStream;
import dev.psyne.net.HttpException;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import dev.psyne.vlm.Answer;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/chat/completions}: a conversation, answered whole or as server-sent events. */
final class ChatCompletions implements HttpHandler {
    private static final String JSON = "application/json";

    /** What reading a body takes beside it: its texts, of which the pictures' are most. */
    private static final int BODIES_WHILE_READ = 2;

    private final JsonMapper json;
    private final Vision vision;
    private final ByteBudget budget;
    private final InstantSource clock;

    ChatCompletions(JsonMapper json, Vision vision, ByteBudget budget, InstantSource clock) {
        this.json = json;
        this.vision = vision;
        this.budget = budget;
        this.clock = clock;
    }

    @Override
    public void handle(HttpExchange exchange) throws InterruptedException {
        long reserved = 0;
        try {
            reserved = reserve(BODIES_WHILE_READ * exchange.body().byteSize());
            ChatRequest request = ChatRequest.parse(json, exchange.body());
            long pictures = request.question().pictures().stream()
                    .mapToLong(MemorySegment::byteSize)
                    .sum();
            budget.release(reserved - pictures);
            reserved = pictures;
            answer(exchange, request);
        } catch (BusyException e) {
            throw refusal(Refusal.of(e).orElseThrow());
        } finally {
            budget.release(reserved);
        }
    }

    private long reserve(long bytes) {
        if (!budget.tryReserve(bytes)) {
            throw new BusyException("the node's memory for requests is in use; try again in a second");
        }
        return bytes;
    }

    private void answer(HttpExchange exchange, ChatRequest request) throws InterruptedException {
        ChatResponse response = new ChatResponse(
                json, "chatcmpl-" + UUID.randomUUID(), request, clock.instant().getEpochSecond());
        if (request.stream()) {
            stream(exchange, request, response);
            return;
        }
        ChatFlows.Whole flow = new ChatFlows.Whole(exchange, request.logprobs());
        try {
            Answer answer = vision.ask(request.question(), flow);
            exchange.respond(200, JSON, response.whole(answer, flow.tokens()).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            throw Refusal.of(e).<RuntimeException>map(ChatCompletions::refusal).orElse(e);
        }
    }

    private void stream(HttpExchange exchange, ChatRequest request, ChatResponse response) throws InterruptedException {
        ChatFlows.Events flow = new ChatFlows.Events(exchange, response);
        try {
            Answer answer = vision.ask(request.question(), flow);
            EventStream events = flow.events();
            events.send(response.closing(answer));
            if (request.streamUsage()) {
                events.send(response.usageChunk(answer));
            }
            events.send("[DONE]");
            events.close();
        } catch (RuntimeException e) {
            Optional<Refusal> refusal = Refusal.of(e);
            if (refusal.isEmpty()) {
                throw e;
            }
            if (!flow.isOpen()) {
                throw refusal(refusal.get());
            }
            flow.events().send(response.error(refusal.get()));
            flow.events().close();
        }
    }

    private static HttpException refusal(Refusal refusal) {
        return new HttpException(refusal.status(), refusal.type(), refusal.code(), refusal.sentence());
    }
}
