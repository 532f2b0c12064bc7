package dev.psyne.vlm;

import java.util.ArrayList;
import java.util.List;

/**
 * Says once that nobody wants an answer any more. Whoever waits for the model, or is being computed, is let go at once and
 * not at its next token. Safe for any thread.
 */
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean cancelled;

    /** Ends the answer; what was registered runs on this thread. Again does nothing. */
    public void cancel() {
        List<Runnable> due;
        synchronized (actions) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(Runnable::run);
    }

    /** Whether the answer is not wanted any more. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Runs something on the thread that cancels, which it must not hold up; now, if that has happened already. */
    public void onCancel(Runnable action) {
        synchronized (actions) {
            if (!cancelled) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }
}
