package dev.psyne.bench.hypha;

import dev.psyne.hypha.HyphaClient;
import dev.psyne.hypha.HyphaClientOptions;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Two clients of one workspace, of which one calls and the other answers; one thread's at a time. */
final class RawPair implements AutoCloseable {
    private static final int MAX_FRAME_BYTES = 1 << 20;
    private static final int ANSWER_BYTES = 64;

    private final HyphaClient owner;
    private final RawClient caller;
    private final RawClient callee;

    RawPair(URI server) throws IOException {
        owner = HyphaClient.connect(HyphaClientOptions.to(server));
        String token = String.valueOf(owner.manager("generate_token", List.of(), Map.of()));
        Map<String, String> hello = new LinkedHashMap<>(Map.of("workspace", owner.workspace(), "token", token));
        hello.put("client_id", "caller");
        caller = new RawClient(server, hello);
        hello.put("client_id", "callee");
        callee = new RawClient(server, hello);
    }

    /** Calls {@code method} with so many bytes, so many calls at a time, and reads the answers. */
    void run(String method, int payloadBytes, int underWay, int calls) throws IOException {
        byte[] call = frame(callee.address(), method, payloadBytes);
        byte[] answer = frame(caller.address(), "session.resolve", ANSWER_BYTES);
        for (int done = 0; done < calls; done += underWay) {
            for (int i = 0; i < underWay; i++) {
                caller.sendBinary(call);
            }
            for (int i = 0; i < underWay; i++) {
                byte[] _ = callee.read();
                callee.sendBinary(answer);
            }
            for (int i = 0; i < underWay; i++) {
                byte[] _ = caller.read();
            }
        }
    }

    private static byte[] frame(String to, String method, int payloadBytes) {
        Map<String, Object> main = new LinkedHashMap<>();
        main.put("type", "method");
        main.put("from", "me");
        main.put("to", to);
        main.put("method", method);
        main.put("session", "session");
        return new MessagePackWriter(MAX_FRAME_BYTES, MessagePackLimits.MAX_DEPTH)
                .value(main)
                .value(Map.of("args", List.of(new byte[payloadBytes])))
                .toFrame();
    }

    @Override
    public void close() throws IOException {
        caller.close();
        callee.close();
        owner.close();
    }
}
