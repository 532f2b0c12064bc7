package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.internal.call.CallOptions;
import dev.psyne.hypha.internal.call.Endpoint;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.Participant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks clients whether they are there. The calling fiber waits. */
final class Pings {
    private static final String METHOD = "services.built-in.ping";
    private static final String MESSAGE = "ping";

    private final Endpoint endpoint;

    Pings(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    boolean answers(Address client, Duration patience) {
        return answered(send(client, patience), System.nanoTime() + patience.toNanos());
    }

    /** Those of {@code clients} that do not answer in time. */
    List<Participant> silent(List<Participant> clients, Duration patience) {
        List<CompletableFuture<@Nullable Object>> answers = new ArrayList<>();
        clients.forEach(client -> answers.add(send(client.address(), patience)));
        long deadline = System.nanoTime() + patience.toNanos();
        List<Participant> silent = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            if (!answered(answers.get(i), deadline)) {
                silent.add(clients.get(i));
            }
        }
        return silent;
    }

    private CompletableFuture<@Nullable Object> send(Address client, Duration patience) {
        return endpoint.call(
                client.toString(), METHOD, List.of(MESSAGE), Map.of(), CallOptions.STANDARD.silence(patience));
    }

    private static boolean answered(CompletableFuture<@Nullable Object> answer, long deadlineNanos) {
        try {
            answer.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | TimeoutException none) {
            answer.cancel(false);
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
