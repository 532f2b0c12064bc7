package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Scheduler;
import java.util.Arrays;

/** {@code allocation}: a job makes many jobs and runs none of them. Ours each keep a number, theirs nothing. */
final class JobAllocation implements Iteration {
    private final Scheduler scheduler;
    private final int count;
    private Runnable[] made = new Runnable[0];
    private long sum;

    JobAllocation(int workers, FiberProvider fibers, int count) {
        this.scheduler = Schedulers.of(workers, fibers);
        this.count = count;
    }

    @Override
    public void run() {
        scheduler.run(() -> {
            Runnable[] jobs = new Runnable[count];
            for (int job = 0; job < count; job++) {
                int number = job;
                jobs[job] = () -> sum += number;
            }
            made = jobs;
        });
    }

    @Override
    public void check() {
        sum = 0;
        Arrays.stream(made).forEach(Runnable::run);
        Wrong.unless(sum == (long) count * (count - 1) / 2, "the jobs made come to " + sum);
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
