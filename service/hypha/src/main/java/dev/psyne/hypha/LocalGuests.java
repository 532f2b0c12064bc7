package dev.psyne.hypha;

import dev.psyne.hypha.internal.http.Guest;
import dev.psyne.hypha.internal.http.Guests;
import dev.psyne.hypha.internal.router.Address;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes the senders of HTTP requests clients of a server in the same process, each for one request. */
final class LocalGuests implements Guests {
    private final HyphaServer server;
    private final AtomicLong number = new AtomicLong();

    LocalGuests(HyphaServer server) {
        this.server = server;
    }

    @Override
    public Guest admit(@Nullable String token) {
        String client = Address.GUEST_PREFIX + number.incrementAndGet();
        try {
            User user = server.parts().sessions().guest(token, client);
            String workspace = user.scope().currentWorkspace();
            return new LocalGuest(server.join(workspace == null ? user.ownWorkspace() : workspace, client, user));
        } catch (IllegalArgumentException refused) {
            throw new HyphaException("PermissionError: " + refused.getMessage(), refused);
        }
    }

    private record LocalGuest(LocalClient client) implements Guest {
        @Override
        public String workspace() {
            return client.address().substring(0, client.address().indexOf('/'));
        }

        @Override
        public CompletableFuture<@Nullable Object> manager(String method, List<?> arguments, Map<String, ?> keywords) {
            return client.manager(method, arguments, keywords);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
