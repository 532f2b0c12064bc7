package dev.psyne.bench.fiber;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.psyne.fiber.FiberProvider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IterationTest {
    private static List<Iteration> all(FiberProvider fibers) {
        return List.of(
                new FlatSpawns(2, fibers, 2_000),
                new FibonacciItems(2, fibers, 1_000),
                new QueueTransfer(4, fibers, 10_001),
                new ChannelTransfer(2, fibers, 10_000),
                new JobAllocation(2, fibers, 1_000),
                new TransformTree(2, fibers, 6, 3),
                new CircleSum(2, fibers, 10_000),
                new StartedPool(fibers));
    }

    @ParameterizedTest
    @EnumSource
    void comesOutRightAgainAndAgain(FiberProvider fibers) throws InterruptedException {
        for (Iteration iteration : all(fibers)) {
            try (iteration) {
                for (int run = 0; run < 3; run++) {
                    iteration.run();
                    iteration.check();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFoundOutIfItDidNotRun(FiberProvider fibers) {
        for (Iteration iteration : all(fibers)) {
            try (iteration) {
                assertThrows(IllegalStateException.class, iteration::check, iteration.toString());
            }
        }
    }

    @Test
    void epComesToThePublishedSums() throws InterruptedException {
        try (NasEp ep = new NasEp(2, FiberProvider.VIRTUAL_THREADS)) {
            ep.ours();
            ep.theirs();
        }
    }
}
