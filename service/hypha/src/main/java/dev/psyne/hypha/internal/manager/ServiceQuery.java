package dev.psyne.hypha.internal.manager;

import org.jspecify.annotations.Nullable;

/**
 * Which services somebody means: {@code [workspace/][client:]service[@app]}, each part with stars and question marks for
 * what is not known.
 */
public record ServiceQuery(String workspace, String client, String service, String app) {
    /** Characters of one part. */
    public static final int MAX_CHARACTERS = 512;

    private static final String ANY = "*";

    /** Refuses a part that is too long to be looked for. */
    public ServiceQuery {
        if (Math.max(Math.max(workspace.length(), client.length()), Math.max(service.length(), app.length()))
                > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a part of a service's id has at most " + MAX_CHARACTERS + " characters");
        }
    }

    /** Reads an id as {@code get_service} takes it; what is not said is {@code here} and any. */
    public static ServiceQuery ofId(String id, String here) {
        int slash = id.indexOf('/');
        String workspace = slash < 0 ? here : id.substring(0, slash);
        String rest = id.substring(slash + 1);
        int at = rest.indexOf('@');
        String app = at < 0 ? ANY : rest.substring(at + 1);
        String local = at < 0 ? rest : rest.substring(0, at);
        int colon = local.indexOf(':');
        return new ServiceQuery(
                workspace,
                colon < 0 ? ANY : local.substring(0, colon),
                local.substring(colon + 1),
                app.isEmpty() ? ANY : app);
    }

    /** Reads a word as {@code list_services} takes it: without a slash or colon it is a workspace. */
    public static ServiceQuery ofList(String text, String here) {
        return text.indexOf('/') < 0 && text.indexOf(':') < 0
                ? new ServiceQuery(text, ANY, ANY, ANY)
                : ofId(text, here);
    }

    boolean matches(ServiceInfo info) {
        return glob(workspace, info.owner().workspace())
                && glob(client, info.owner().client())
                && glob(service, info.name())
                && (info.appId().equals(ANY) || glob(app, info.appId()));
    }

    /** Whether one workspace is meant, and which. */
    @Nullable
    String exactWorkspace() {
        return workspace.indexOf('*') < 0 && workspace.indexOf('?') < 0 ? workspace : null;
    }

    /** {@code workspace/client:service@app}. */
    @Override
    public String toString() {
        return workspace + "/" + client + ":" + service + "@" + app;
    }

    /** Matches in time of at most the product of both lengths: each star remembers one place to go on from. */
    static boolean glob(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            char wanted = p < pattern.length() ? pattern.charAt(p) : 0;
            if (wanted == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (wanted == '?' || wanted == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
