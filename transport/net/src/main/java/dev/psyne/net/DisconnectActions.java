package dev.psyne.net;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is to happen when the peer leaves in the middle of an exchange: each action once, or never if it stays. */
final class DisconnectActions {
    private enum State {
        CONNECTED,
        DISCONNECTED,
        ENDED
    }

    private final Object lock = new Object();
    private final Consumer<Throwable> failures;
    private List<Runnable> actions = new ArrayList<>();
    private State state = State.CONNECTED;

    /** What an action throws goes to {@code failures}, and the others still run. */
    DisconnectActions(Consumer<Throwable> failures) {
        this.failures = failures;
    }

    void add(Runnable action) {
        synchronized (lock) {
            if (state == State.CONNECTED) {
                actions.add(action);
            }
            if (state != State.DISCONNECTED) {
                return;
            }
        }
        run(action);
    }

    /** The peer has gone. */
    void disconnected() {
        leave(State.DISCONNECTED).forEach(this::run);
    }

    /** The exchange is over: nothing is left to be told. */
    void ended() {
        leave(State.ENDED);
    }

    boolean isDisconnected() {
        synchronized (lock) {
            return state == State.DISCONNECTED;
        }
    }

    private List<Runnable> leave(State next) {
        synchronized (lock) {
            if (state != State.CONNECTED) {
                return List.of();
            }
            state = next;
            List<Runnable> taken = actions;
            actions = List.of();
            return taken;
        }
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            failures.accept(failure);
        }
    }
}
