package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.Permission;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The manager's methods about clients: who is there, who answers, what they listen to. */
final class ClientMethods {
    private static final System.Logger LOG = System.getLogger("dev.psyne.hypha");
    private static final int MAX_LOGGED_CHARACTERS = 1_000;
    private static final double DEFAULT_PING_SECONDS = 5;
    private static final double MAX_PING_SECONDS = 60;
    private static final int NORMAL = 1000;

    private final Router router;
    private final Callers callers;
    private final Pings pings;

    ClientMethods(Router router, Callers callers, Pings pings) {
        this.router = router;
        this.callers = callers;
        this.pings = pings;
    }

    void addTo(MethodTable table) {
        table.with("echo", (arguments, _) -> arguments.value(0, "data"))
                .with("log", this::log)
                .with("list_clients", this::list)
                .with("subscribe", this::subscribe)
                .with("unsubscribe", this::unsubscribe)
                .with("ping", this::ping)
                .with("cleanup", this::cleanUp);
    }

    private @Nullable Object log(Arguments arguments, Caller caller) {
        String text = String.valueOf(arguments.value(0, "data")).replaceAll("\\p{Cntrl}", " ");
        LOG.log(
                System.Logger.Level.DEBUG,
                "{0}: {1}",
                caller.address(),
                text.substring(0, Math.min(text.length(), MAX_LOGGED_CHARACTERS)));
        return null;
    }

    private Object list(Arguments arguments, Caller caller) {
        String workspace = workspace(arguments, caller);
        WorkspaceMethods.require(caller, workspace, Permission.READ);
        List<Map<String, @Nullable Object>> clients = new ArrayList<>();
        for (Participant client : router.participants(workspace)) {
            Map<String, @Nullable Object> described = new LinkedHashMap<>();
            described.put("id", client.address().toString());
            described.put("user", client.user().toMap());
            clients.add(described);
        }
        return clients;
    }

    private Object subscribe(Arguments arguments, Caller caller) {
        callers.participant(caller).subscriptions().add(arguments.words(0, "event_type"));
        return true;
    }

    private Object unsubscribe(Arguments arguments, Caller caller) {
        callers.participant(caller).subscriptions().remove(arguments.words(0, "event_type"));
        return true;
    }

    private Object ping(Arguments arguments, Caller caller) {
        Address client = Address.parse(arguments.text(0, "client_id"), caller.workspace());
        WorkspaceMethods.require(caller, client.workspace(), Permission.READ);
        return pings.answers(client, patience(arguments))
                ? "pong"
                : "Failed to ping client " + client + ": it is not connected or does not answer";
    }

    /** Ends the clients that do not answer, all asked at once. */
    private Object cleanUp(Arguments arguments, Caller caller) {
        String workspace = workspace(arguments, caller);
        WorkspaceMethods.require(caller, workspace, Permission.ADMIN);
        List<String> removed = new ArrayList<>();
        pings.silent(router.participants(workspace), patience(arguments)).forEach(client -> {
            client.close(NORMAL, "the client does not answer");
            removed.add(client.address().client());
        });
        return Map.of("removed_clients", removed);
    }

    private static Duration patience(Arguments arguments) {
        double seconds = arguments.number(1, "timeout", DEFAULT_PING_SECONDS);
        return Duration.ofMillis((long) (1000 * Math.clamp(seconds, 0.001, MAX_PING_SECONDS)));
    }

    private static String workspace(Arguments arguments, Caller caller) {
        String asked = arguments.optionalText(0, "workspace");
        return asked == null ? caller.workspace() : asked;
    }
}
