package dev.psyne.fiber;

import java.util.Random;

/** A worker that is no thread: it makes one move of {@link Worker#run} whenever the driver says so. */
final class SimulatedWorker extends Worker {
    /** What the worker does next. */
    enum Stage {
        ASLEEP,
        SEARCHING,
        ANNOUNCED,
        FOUND,
        MOUNTING,
        STOPPED_IN_JOB,
        LOOKING,
        FOUND_NOTHING,
        GONE
    }

    final int index;
    private final SimulatedPool pool;
    private Stage stage = Stage.ASLEEP;
    private LoopFiber fiber;
    private boolean looked;
    private boolean everStarted;

    SimulatedWorker(SimulatedPool pool, int index, SchedulerOptions options) {
        super(pool, index, options);
        this.pool = pool;
        this.index = index;
    }

    Stage stage() {
        return stage;
    }

    /** Whether it sleeps and nobody has woken it. */
    boolean sleeps() {
        return stage == Stage.ASLEEP && asleep.get();
    }

    boolean canMove() {
        return stage != Stage.GONE && !sleeps();
    }

    /** Whether it will look for work before it does anything that may take long. */
    boolean searches() {
        return switch (stage) {
            case ASLEEP -> !asleep.get();
            case SEARCHING, ANNOUNCED, FOUND, FOUND_NOTHING -> true;
            case MOUNTING, STOPPED_IN_JOB, LOOKING, GONE -> false;
        };
    }

    @Override
    void startOrUnpark() {
        everStarted = true;
    }

    @Override
    boolean isStarted() {
        return everStarted;
    }

    /** The driver is every worker's thread. */
    @Override
    boolean isCaller() {
        return true;
    }

    /** The fiber that is mounted has been stopped in the middle of its job. */
    void stopIn(LoopFiber stopped) {
        fiber = stopped;
    }

    void move(Random random) {
        switch (stage) {
            case ASLEEP -> {
                looked = false;
                stage = Stage.SEARCHING;
            }
            case SEARCHING -> search(random);
            case ANNOUNCED -> {
                looked = false;
                stage = maySleep() ? Stage.ASLEEP : Stage.SEARCHING;
            }
            case FOUND -> {
                endSearch();
                stage = Stage.MOUNTING;
            }
            case MOUNTING, STOPPED_IN_JOB -> carry();
            case LOOKING -> {
                fiber = next(false);
                stage = fiber == null ? Stage.FOUND_NOTHING : Stage.MOUNTING;
            }
            case FOUND_NOTHING -> {
                pool.idle.beginSearch();
                looked = false;
                stage = Stage.SEARCHING;
            }
            case GONE -> throw new IllegalStateException("the worker has ended");
        }
    }

    private void search(Random random) {
        if (!looked || random.nextBoolean()) {
            looked = true;
            fiber = next(random.nextBoolean());
            stage = fiber == null ? Stage.SEARCHING : Stage.FOUND;
        } else if (pool.isEnded()) {
            endSearch();
            endResting();
            stage = Stage.GONE;
        } else {
            pool.idle.enter(this);
            stage = Stage.ANNOUNCED;
        }
    }

    private void carry() {
        LoopFiber carried = fiber;
        fiber = null;
        mount(carried);
        stage = fiber == null ? Stage.LOOKING : Stage.STOPPED_IN_JOB;
    }
}
