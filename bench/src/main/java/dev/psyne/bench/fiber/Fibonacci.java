package dev.psyne.bench.fiber;

import dev.psyne.fiber.Counter;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.fiber.Fork;
import dev.psyne.fiber.Scheduler;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;

/** fib(25) down to its leaves: each node has one half done by another job, computes the other and waits for the first. */
final class Fibonacci implements Contest {
    private static final int ARGUMENT = 25;
    private static final int RESULT = 75_025;
    private static final int NODES = 242_785;
    private static final double NANOS_PER_MICRO = 1e3;

    /** How ours have the half done and wait for it. */
    enum Way {
        /** Spawned with a counter of its own, which is awaited. */
        COUNTER,

        /** Forked and joined. */
        FORK
    }

    private final Scheduler scheduler;
    private final ForkJoinPool pool;
    private final Way way;

    Fibonacci(int workers, FiberProvider fibers, Way way) {
        scheduler = Schedulers.of(workers, fibers);
        pool = new ForkJoinPool(workers);
        this.way = way;
    }

    @Override
    public double ours() {
        long begin = System.nanoTime();
        check(
                switch (way) {
                    case COUNTER -> scheduler.call(() -> new Node(ARGUMENT).compute());
                    case FORK -> scheduler.call(() -> forked(ARGUMENT));
                });
        return perMicro(begin);
    }

    @Override
    public double theirs() {
        long begin = System.nanoTime();
        check(pool.invoke(new Task(ARGUMENT)));
        return perMicro(begin);
    }

    private int forked(int argument) {
        if (argument < 2) {
            return argument;
        }
        Fork<Integer> left = scheduler.fork(() -> forked(argument - 1));
        int right = forked(argument - 2);
        return left.join() + right;
    }

    private static void check(int result) {
        Wrong.unless(result == RESULT, "fib(" + ARGUMENT + ") came out as " + result);
    }

    private static double perMicro(long begin) {
        return NODES * NANOS_PER_MICRO / (System.nanoTime() - begin);
    }

    @Override
    public void close() {
        scheduler.close();
        pool.close();
    }

    private final class Node implements Runnable {
        private final int argument;
        private int result;

        private Node(int argument) {
            this.argument = argument;
        }

        @Override
        public void run() {
            result = compute();
        }

        private int compute() {
            if (argument < 2) {
                return argument;
            }
            Node left = new Node(argument - 1);
            Counter counter = Counter.create();
            scheduler.spawn(counter, left);
            int right = new Node(argument - 2).compute();
            counter.await();
            return left.result + right;
        }
    }

    private static final class Task extends RecursiveTask<Integer> {
        private static final long serialVersionUID = 1L;
        private final int argument;

        private Task(int argument) {
            this.argument = argument;
        }

        @Override
        protected Integer compute() {
            if (argument < 2) {
                return argument;
            }
            Task left = new Task(argument - 1);
            left.fork();
            int right = new Task(argument - 2).compute();
            return left.join() + right;
        }
    }
}
