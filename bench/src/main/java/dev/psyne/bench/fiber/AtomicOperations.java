package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import java.util.ArrayList;
import java.util.List;

/** How many atomic operations a job costs, counted as they happen, with our counter and with one shared number. */
final class AtomicOperations {
    static final String NAME = "atomic operations a job";

    private static final String STORES = ": ordered stores";
    private static final String PEER = "one shared counter";
    private static final double GOAL = 0.5;

    private AtomicOperations() {}

    static List<Row> rows(int cores) {
        List<Row> rows = new ArrayList<>();
        for (int workers : cores == 1 ? new int[] {1} : new int[] {1, cores}) {
            String suffix = workers == 1 ? ", 1 worker" : ", " + workers + " workers";
            Counts ours = count(workers, false);
            Counts shared = count(workers, true);
            rows.add(row(NAME + suffix, ours.readModifyWrites, shared.readModifyWrites, GOAL));
            rows.add(row(NAME + suffix + STORES, ours.orderedStores, shared.orderedStores, Row.NO_GOAL));
        }
        return rows;
    }

    private static Row row(String name, double ours, double shared, double goal) {
        return new Row(name, "ops", Row.Better.LOWER, ours, PEER, shared, goal);
    }

    private static Counts count(int workers, boolean isShared) {
        Runnable bursts = bursts(workers, isShared);
        long readModifyWrites = OperationTally.readModifyWrites();
        long orderedStores = OperationTally.orderedStores();
        bursts.run();
        return new Counts(
                (OperationTally.readModifyWrites() - readModifyWrites) / (double) CountedBursts.JOBS,
                (OperationTally.orderedStores() - orderedStores) / (double) CountedBursts.JOBS);
    }

    private static Runnable bursts(int workers, boolean isShared) {
        ClassLoader counting = new CountingClassLoader(AtomicOperations.class.getClassLoader());
        try {
            var constructor =
                    counting.loadClass(CountedBursts.class.getName()).getDeclaredConstructor(int.class, boolean.class);
            constructor.setAccessible(true);
            return (Runnable) constructor.newInstance(workers, isShared);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("the counted jobs could not be loaded", failure);
        }
    }

    private record Counts(double readModifyWrites, double orderedStores) {}
}
