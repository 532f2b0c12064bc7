package dev.psyne.hypha.internal.session;

import dev.psyne.hypha.internal.router.Participant;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of itself to a client that has come in.
 *
 * @param version of the server
 * @param managerId the client part of the manager's address
 * @param publicUrl where clients reach the server
 */
public record Greeting(String version, String managerId, Supplier<URI> publicUrl) {
    Map<String, @Nullable Object> connectionInfo(Participant client, String reconnectionToken, long lifeSeconds) {
        Map<String, @Nullable Object> info = new LinkedHashMap<>();
        String url = url();
        info.put("type", "connection_info");
        info.put("hypha_version", version);
        info.put("public_base_url", url);
        info.put("local_base_url", url);
        info.put("manager_id", managerId);
        info.put("workspace", client.address().workspace());
        info.put("client_id", client.address().client());
        info.put("user", client.user().toMap());
        info.put("reconnection_token", reconnectionToken);
        info.put("reconnection_token_life_time", lifeSeconds);
        return info;
    }

    /** The public address without a slash at its end. */
    public String url() {
        String url = publicUrl.get().toString();
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
