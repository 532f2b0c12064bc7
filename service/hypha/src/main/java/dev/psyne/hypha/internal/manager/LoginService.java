package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.HyphaService;
import dev.psyne.hypha.Visibility;
import dev.psyne.hypha.internal.identity.TokenException;
import dev.psyne.hypha.internal.identity.Tokens;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service {@code public/hypha-login}: a program begins a login, somebody reports a token for its key, and the program
 * that checks the key gets the token. Only tokens of this server can be reported.
 */
final class LoginService {
    static final String ID = "hypha-login";
    private static final int KEY_BYTES = 24;
    private static final int MAX_PENDING = 10_000;
    private static final long PENDING_SECONDS = 15 * 60;
    private static final double DEFAULT_WAIT_SECONDS = 180;

    private record Pending(CompletableFuture<String> token, long endsAt) {}

    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Tokens tokens;
    private final InstantSource clock;
    private final Supplier<String> url;

    LoginService(Tokens tokens, InstantSource clock, Supplier<String> url) {
        this.tokens = tokens;
        this.clock = clock;
        this.url = url;
    }

    HyphaService service() {
        return HyphaService.builder(ID)
                .name("Hypha Login")
                .type("functions")
                .description("Hands a token from the one who has it to the program that asks for it.")
                .visibility(Visibility.PUBLIC)
                .method("start", described("Begins a login."), _ -> start())
                .method("check", described("Waits for the token of a key."), this::check)
                .method("report", described("Gives the token of a key."), this::report)
                .method("logout", described("Tells where to log out."), _ -> Map.of("logout_url", url.get() + "/"))
                .build();
    }

    private Object start() {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        String key = HexFormat.of().formatHex(bytes);
        long now = clock.instant().getEpochSecond();
        synchronized (pending) {
            pending.values().removeIf(one -> one.endsAt() <= now);
            if (pending.size() >= MAX_PENDING) {
                throw new HyphaException("RuntimeError: " + MAX_PENDING + " logins are on their way: try again later");
            }
            pending.put(key, new Pending(new CompletableFuture<>(), now + PENDING_SECONDS));
        }
        String base = url.get() + "/public/services/" + ID;
        Map<String, Object> urls = new LinkedHashMap<>();
        urls.put("login_url", url.get() + "/public/apps/" + ID + "/?key=" + key);
        urls.put("key", key);
        urls.put("report_url", base + "/report");
        urls.put("check_url", base + "/check");
        urls.put("generate_url", url.get() + "/public/services/ws/generate_token");
        return urls;
    }

    private @Nullable Object check(HyphaCall call) throws InterruptedException {
        CompletableFuture<String> token = pending(call.string(0, "key"));
        double seconds = Arguments.number(call.argument(1, "timeout"), "timeout", DEFAULT_WAIT_SECONDS);
        boolean profile = Boolean.TRUE.equals(call.argument(2, "profile"));
        try {
            long millis = (long) (1000 * Math.clamp(seconds, 0, PENDING_SECONDS));
            String found = token.get(millis, TimeUnit.MILLISECONDS);
            return profile ? Map.of("token", found) : found;
        } catch (TimeoutException e) {
            if (seconds <= 0) {
                return null;
            }
            throw new HyphaException("TimeoutError: nobody has logged in within " + seconds + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a login never fails", e);
        }
    }

    private Object report(HyphaCall call) {
        String token = call.string(1, "token");
        try {
            tokens.read(token);
        } catch (TokenException bad) {
            throw new HyphaException("PermissionError: " + bad.getMessage());
        }
        if (!pending(call.string(0, "key")).complete(token)) {
            throw new HyphaException("ValueError: a token was reported for this key before");
        }
        return Map.of("success", true);
    }

    private CompletableFuture<String> pending(String key) {
        long now = clock.instant().getEpochSecond();
        synchronized (pending) {
            Pending found = pending.get(key);
            if (found == null || found.endsAt() <= now) {
                throw new HyphaException("KeyError: 'There is no login with this key, or it is too old: start again'");
            }
            return found.token();
        }
    }

    private static Map<String, Object> described(String sentence) {
        return Map.of("description", sentence);
    }
}
