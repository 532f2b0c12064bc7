package dev.psyne.fiber;

import java.util.ArrayList;
import java.util.List;

/** The jobs and batches that one counter of a simulation counts, and what may be said about them. */
final class JobGroup {
    final int id;
    final Counter counter = Counter.create();
    final List<SimulatedJob> jobs = new ArrayList<>();
    final List<Batch> batches = new ArrayList<>();

    /** The group after whose end the jobs of this one begin, if they wait for one. */
    private final JobGroup before;

    private boolean sealed;
    private int whenZeroWanted;
    private int whenZeroRan;

    /** An index range and how often each index ran. */
    static final class Batch {
        final int[] ran;
        boolean failed;

        Batch(int size) {
            ran = new int[size];
        }
    }

    JobGroup(int id, JobGroup before) {
        this.id = id;
        this.before = before;
    }

    /** No job is spawned into this group from now on, so others may wait for it. */
    void seal() {
        sealed = true;
    }

    boolean isSealed() {
        return sealed;
    }

    void askWhenZero(Runnable then) {
        whenZeroWanted++;
        counter.whenZero(_ -> {
            whenZeroRan++;
            then.run();
        });
    }

    /** Whether a job of the group threw, or the group waited for one whose job did. */
    boolean hasFailed() {
        return jobs.stream().anyMatch(SimulatedJob::hasFailed)
                || batches.stream().anyMatch(batch -> batch.failed)
                || before != null && before.hasFailed();
    }

    /** Null, or what is wrong with a group whose counter an await has found at zero. */
    String wrongAtZero(boolean dropped) {
        boolean mayBeSkipped = dropped || before != null && before.hasFailed();
        for (SimulatedJob job : jobs) {
            if (!job.hasEnded() && !(job.isNew() && mayBeSkipped) && !job.isRejected()) {
                return "group " + id + " is at zero, and job " + job.id + " is not over";
            }
        }
        for (Batch batch : batches) {
            for (int index = 0; index < batch.ran.length; index++) {
                int times = batch.ran[index];
                if (times > 1 || times == 0 && !batch.failed && !mayBeSkipped) {
                    return "group " + id + " is at zero, and index " + index + " of a batch ran " + times + " times";
                }
            }
        }
        return null;
    }

    /** Null, or what is wrong once nothing runs any more. */
    String wrongAtEnd(boolean dropped) {
        if (counter.value() != 0) {
            return "group " + id + " still counts " + counter.value();
        }
        if (whenZeroRan != whenZeroWanted) {
            return "group " + id + ": " + whenZeroWanted + " actions for zero, " + whenZeroRan + " ran";
        }
        boolean thrown = false;
        try {
            counter.await();
        } catch (JobFailedException failed) {
            thrown = true;
        }
        if (thrown != hasFailed() && !(thrown && dropped)) {
            return "group " + id + (thrown ? " fails without reason" : " hides a failure");
        }
        return wrongAtZero(dropped);
    }
}
