package dev.psyne.hypha;

import dev.psyne.hypha.internal.wire.Frame;
import dev.psyne.hypha.internal.wire.RecordedFrame;
import dev.psyne.hypha.internal.wire.RecordedGreeting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says to a server what clients said in a recorded conversation, and compares what the server says with what was recorded.
 * Recorded are frames as they were sent, before the reference's router wrote {@code ws} and {@code user} into them.
 */
final class RecordedReplay {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MANAGER = "*/";

    private final HyphaServer server;
    private final RecordedNames names = new RecordedNames();
    private final Map<String, WireClient> clients = new HashMap<>();
    private final Map<String, Set<Integer>> seen = new HashMap<>();
    private final Map<String, String> calls = new HashMap<>();
    private final Map<String, String> differences = new TreeMap<>();
    private @Nullable WireClient arriving;
    private @Nullable String token;

    RecordedReplay(HyphaServer server) {
        this.server = server;
    }

    /** Where what came differs from what was recorded: the call and the path into its answer, and both values. */
    Map<String, String> run(String recording) {
        List<RecordedGreeting> greetings = RecordedGreeting.of(recording);
        List<RecordedFrame> frames = RecordedFrame.of(recording);
        for (int i = 0; i < frames.size(); i++) {
            int before = i;
            greetings.stream().filter(greeting -> greeting.before() == before).forEach(this::greet);
            List<Map<String, @Nullable Object>> recorded = frames.get(i).decoded();
            if (String.valueOf(recorded.getFirst().get("from")).startsWith(MANAGER)) {
                expect(recorded);
            } else {
                send(recorded);
            }
        }
        return differences;
    }

    /** Frames that came and were not recorded. */
    List<String> unexpected() {
        List<String> rest = new ArrayList<>();
        clients.forEach((address, client) -> {
            Set<Integer> known = Objects.requireNonNull(seen.get(address));
            for (int i = 0; i < client.socket.sent(); i++) {
                if (!known.contains(i)) {
                    rest.add(address + " "
                            + Frame.read(client.socket.frames.get(i)).main());
                }
            }
        });
        return rest;
    }

    private void greet(RecordedGreeting greeting) {
        if (greeting.client()) {
            arriving = WireClient.open(server);
            Map<String, @Nullable Object> first = new LinkedHashMap<>(greeting.text());
            if (first.get("token") != null) {
                first.put("token", token);
            }
            arriving.listener.onText(JSON.writeValueAsString(names.ours(first)));
            return;
        }
        WireClient client = Objects.requireNonNull(arriving);
        Map<?, ?> info = JSON.treeToValue(client.info(), Map.class);
        Map<String, @Nullable Object> told = greeting.text();
        for (String name : List.of("workspace", "manager_id", "public_base_url")) {
            names.put(String.valueOf(told.get(name)), String.valueOf(info.get(name)));
        }
        names.put(user(told), user(info));
        String address = told.get("workspace") + "/" + told.get("client_id");
        clients.put(address, client);
        seen.put(address, new HashSet<>());
        compare("connection_info", names.plain(told), names.recorded(info));
    }

    private static String user(Map<?, ?> info) {
        return info.get("user") instanceof Map<?, ?> user ? String.valueOf(user.get("id")) : "";
    }

    /** What one client said; if to another one, it has to arrive there as it was. */
    private void send(List<Map<String, @Nullable Object>> recorded) {
        Map<String, @Nullable Object> main = recorded.getFirst();
        WireClient client = Objects.requireNonNull(clients.get(main.get("from")));
        if (main.get("session") != null) {
            calls.put(String.valueOf(main.get("session")), String.valueOf(main.get("method")));
        }
        client.send(map(names.ours(main)), recorded.size() < 2 ? null : map(names.ours(recorded.get(1))));
        if (clients.containsKey(main.get("to"))) {
            Frame frame = arrived(String.valueOf(main.get("to")), String.valueOf(main.get("method")));
            Object extra = recorded.size() < 2 ? Map.of() : RecordedNames.withoutBytes(recorded.get(1));
            compare("from client to client", names.plain(main), names.recorded(sentMain(frame)));
            compare("from client to client", names.plain(extra), names.recorded(extraOf(frame)));
        }
    }

    /** What the manager said. */
    private void expect(List<Map<String, @Nullable Object>> recorded) {
        Map<String, @Nullable Object> main = recorded.getFirst();
        String method = String.valueOf(main.get("method"));
        String call = calls.getOrDefault(method.substring(0, Math.max(method.lastIndexOf('.'), 0)), method);
        if (method.endsWith(".heartbeat")) {
            differences.put("heartbeat", "one at once; none while the answer is awaited for less than the interval");
            return;
        }
        Frame frame = arrived(String.valueOf(main.get("to")), method);
        if (main.get("session") instanceof String session) {
            names.put(session, String.valueOf(frame.session()));
        }
        Object extra = extraOf(frame);
        if (call.endsWith(".generate_token")
                && extra instanceof Map<?, ?> map
                && map.get("args") instanceof List<?> args) {
            token = String.valueOf(args.getFirst());
        }
        compare(call, names.plain(main), names.recorded(sentMain(frame)));
        compare(call, names.plain(recorded.get(1)), names.recorded(extra));
    }

    /** The first frame for this method that has come to a client and was not looked at. */
    private Frame arrived(String recordedAddress, String recordedMethod) {
        WireClient client = Objects.requireNonNull(clients.get(recordedAddress));
        Set<Integer> known = Objects.requireNonNull(seen.get(recordedAddress));
        Object method = names.ours(recordedMethod);
        @Nullable Frame[] found = new Frame[1];
        WireClient.await(() -> {
            for (int i = 0; i < client.socket.sent() && found[0] == null; i++) {
                Frame frame = Frame.read(client.socket.frames.get(i));
                if (!known.contains(i) && Objects.equals(method, frame.method())) {
                    known.add(i);
                    found[0] = frame;
                }
            }
            return found[0] != null;
        });
        return Objects.requireNonNull(found[0]);
    }

    /** The first map of a frame as its sender wrote it. */
    private static Map<String, @Nullable Object> sentMain(Frame frame) {
        Map<String, @Nullable Object> main = new LinkedHashMap<>(frame.main());
        main.remove("ws");
        main.remove("user");
        return main;
    }

    private static @Nullable Object extraOf(Frame frame) {
        return frame.extra().byteSize() == 0 ? Map.of() : RecordedNames.withoutBytes(WireClient.extra(frame));
    }

    private void compare(String path, @Nullable Object recorded, @Nullable Object ours) {
        if (recorded instanceof Map<?, ?> expected && ours instanceof Map<?, ?> actual) {
            Set<Object> keys = new LinkedHashSet<>(expected.keySet());
            keys.addAll(actual.keySet());
            for (Object key : keys) {
                compare(
                        path + "." + key,
                        expected.containsKey(key) ? expected.get(key) : "nothing",
                        actual.containsKey(key) ? actual.get(key) : "nothing");
            }
        } else if (recorded instanceof List<?> expected
                && ours instanceof List<?> actual
                && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(path + "[" + i + "]", expected.get(i), actual.get(i));
            }
        } else if (!Objects.equals(recorded, ours)) {
            differences.putIfAbsent(path, recorded + " was recorded, here is " + ours);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(@Nullable Object value) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(value);
    }
}
