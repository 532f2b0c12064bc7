package dev.psyne.node;

import dev.psyne.net.EventStream;
import dev.psyne.net.HttpExchange;
import dev.psyne.vlm.Cancellation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two ways an answer goes to an HTTP client. */
final class ChatFlows {
    private ChatFlows() {}

    private static Cancellation disconnection(HttpExchange exchange) {
        Cancellation cancellation = new Cancellation();
        exchange.onDisconnect(cancellation::cancel);
        return cancellation;
    }

    /** A caller who waits for the whole answer; it ends early only when they leave. */
    static final class Whole implements TokenFlow {
        private final Cancellation cancellation;
        private final boolean keeps;
        private final List<TokenMessage> tokens = new ArrayList<>();

        /** Keeps the tokens if their probabilities are to be told. */
        Whole(HttpExchange exchange, boolean keeps) {
            this.cancellation = disconnection(exchange);
            this.keeps = keeps;
        }

        /** The tokens; whole when the answer is. */
        List<TokenMessage> tokens() {
            return tokens;
        }

        @Override
        public boolean permit() {
            return !cancellation.isCancelled();
        }

        @Override
        public boolean deliver(TokenMessage token) {
            if (keeps) {
                tokens.add(token);
            }
            return !cancellation.isCancelled();
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }
    }

    /** Server-sent events, opened at the first token so that a refusal before it still has its own status. */
    static final class Events implements TokenFlow {
        private final HttpExchange exchange;
        private final ChatResponse response;
        private final Cancellation cancellation;
        private volatile @Nullable EventStream events;

        Events(HttpExchange exchange, ChatResponse response) {
            this.exchange = exchange;
            this.response = response;
            this.cancellation = disconnection(exchange);
        }

        /** Whether the client has its status already. */
        boolean isOpen() {
            return events != null;
        }

        EventStream events() {
            EventStream open = events;
            if (open == null) {
                open = exchange.eventStream();
                events = open;
                open.send(response.opening());
            }
            return open;
        }

        @Override
        public boolean permit() {
            return !cancellation.isCancelled();
        }

        @Override
        public boolean deliver(TokenMessage token) {
            return events().send(response.chunk(token));
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }
    }
}
