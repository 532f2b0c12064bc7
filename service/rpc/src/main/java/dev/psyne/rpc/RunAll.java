package dev.psyne.rpc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs every task although some fail. */
final class RunAll {
    private RunAll() {}

    /** Runs the tasks in order, then throws the first failure with the later ones suppressed. */
    static void run(List<? extends Runnable> tasks) {
        RuntimeException first = null;
        for (Runnable task : tasks) {
            first = attempt(task, first);
        }
        if (first != null) {
            throw first;
        }
    }

    private static @Nullable RuntimeException attempt(Runnable task, @Nullable RuntimeException first) {
        try {
            task.run();
            return first;
        } catch (RuntimeException failure) {
            if (first == null) {
                return failure;
            }
            first.addSuppressed(failure);
            return first;
        }
    }
}
