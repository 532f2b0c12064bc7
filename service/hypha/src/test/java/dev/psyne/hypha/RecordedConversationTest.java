package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.psyne.fiber.Scheduler;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reference server said in recorded conversations is what this one says, names, tokens and times apart. */
@Timeout(120)
class RecordedConversationTest {
    private static final String DEFAULT = "services\\.built-in\\.get_service\\.args\\[0]\\.";
    private static final String METHOD = DEFAULT + "\\w+\\.";
    private static final String PARAMETER = METHOD + "_rschema\\.parameters\\.properties\\.\\w+";

    /** Where the answers may differ, by the path of the difference, and why. */
    private static final Map<String, String> ALLOWED = Map.of(
            "heartbeat",
            "The reference says at once that a call runs. Here it is said once in each interval that the caller"
                    + " gave: a call that is over before needs no word of it.",
            "services\\.built-in\\.get_service\\.(promise|t)",
            "The manager's own calls ask for an answer in the short form, which the recorded clients use too.",
            METHOD + "_rserver",
            "No client reads it but to pass it on: a method is called where its target is connected.",
            METHOD + "_rname",
            "The name of a function in the reference's source, such as m_echo for echo.",
            DEFAULT + "description|" + METHOD + "(_rdoc|_rschema\\.description)|" + PARAMETER + "\\.description",
            "Words for people.",
            PARAMETER + "\\.type",
            "The reference tells no types of arguments.",
            METHOD + "_rschema\\.parameters\\.properties\\.context",
            "What the server knows of the caller is no argument, and none is offered for it.",
            DEFAULT + "log_event",
            "There are no event logs.",
            METHOD + "_rschema\\.parameters\\.properties\\.(order_by|pagination|return_service_embedding)",
            "There is no search by meaning.");

    private final Scheduler scheduler = Scheduler.create(2);
    private final HyphaServer server = HyphaServer.builder()
            .scheduler(scheduler)
            .secret(HyphaSecret.of("a secret for tests alone"))
            .publicUrl(() -> URI.create("http://localhost:7717/"))
            .build();

    @AfterEach
    void stop() {
        server.close();
        scheduler.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"py-py", "py-js"})
    void theServerSaysWhatTheReferenceSaid(String recording) {
        RecordedReplay replay = new RecordedReplay(server);
        Map<String, String> unexplained = new TreeMap<>(replay.run(recording));
        Set<String> needless = new HashSet<>(ALLOWED.keySet());
        unexplained.keySet().removeIf(path -> needless.removeIf(path::matches) || isAllowed(path));
        assertEquals(Map.of(), unexplained);
        assertEquals(Set.of(), needless);
        assertEquals(List.of(), replay.unexpected());
    }

    private static boolean isAllowed(String path) {
        return ALLOWED.keySet().stream().anyMatch(path::matches);
    }
}
