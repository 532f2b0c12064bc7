package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.fiber.WorkerStatistics;
import dev.psyne.fiber.WorkerWatch;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers the calls of {@link NodeCalls}. */
record RpcFigures(NodeFigures figures, Scheduler scheduler, HyphaPort hypha) implements NodeCalls {
    private static final Duration HALF_SECOND = Duration.ofMillis(500);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Override
    public Items<NodeState> watch() {
        return new PacedItems<>(HALF_SECOND, true, figures::state, () -> {});
    }

    @Override
    public Items<WorkersState> workers() {
        WorkerWatch watch = scheduler.watchWorkers();
        List<List<WorkerStatistics>> last = new ArrayList<>(List.of(scheduler.workerStatistics()));
        return new PacedItems<>(
                SECOND,
                false,
                () -> {
                    List<WorkerStatistics> now = scheduler.workerStatistics();
                    return WorkersState.between(scheduler.fibers().name(), last.set(0, now), now);
                },
                watch::close);
    }

    @Override
    public Items<ConnectionsState> connections(@Nullable String token) {
        return new PacedItems<>(SECOND, true, () -> state(hypha, Optional.ofNullable(token)), () -> {});
    }

    /** Who is there, for whoever the token stands for. */
    static ConnectionsState state(HyphaPort hypha, Optional<String> token) {
        try {
            return ConnectionsState.of(hypha.snapshot(token));
        } catch (UnknownVisitorException unknown) {
            throw new RpcException("unauthorized", String.valueOf(unknown.getMessage()));
        }
    }
}
