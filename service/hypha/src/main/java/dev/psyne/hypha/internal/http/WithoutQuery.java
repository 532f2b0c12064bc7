package dev.psyne.hypha.internal.http;

import dev.psyne.net.HttpHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request whose query was meant for the transport, and says nothing to what it carries. */
record WithoutQuery(HttpHead head) implements HttpHead {
    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public Optional<String> header(String name) {
        return head.header(name);
    }

    @Override
    public Map<String, List<String>> queries() {
        return Map.of();
    }
}
