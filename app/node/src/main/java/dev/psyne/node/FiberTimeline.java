package dev.psyne.node;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The mounts and jobs of one fiber, told in the order of their ends: cuts each job that waited into the pieces in which a
 * worker carried it. A job that did not wait is one piece and is drawn at once; one that waited is drawn when the mount in
 * which it ended is told, and of the mounts before that the latest are kept.
 */
final class FiberTimeline {
    /** Mounts kept for a job that goes on; it loses its earliest pieces beyond. */
    private static final int KEPT_MOUNTS = 1024;

    private final Deque<Mount> mounts = new ArrayDeque<>();
    private final List<Job> ending = new ArrayList<>();

    /** Nanoseconds in which a worker carried the fiber. */
    record Mount(long begin, long end, long track) {}

    /**
     * A job's begin and end, in nanoseconds.
     *
     * @param track of the worker on which it ended
     * @param helped whether it ran inside of a job that waited for it
     */
    record Job(
            long begin, long end, long track, String name, String priority, String taken, long fiber, boolean helped) {}

    /** Draws a piece of a job. */
    interface Pencil {
        /**
         * Draws from {@code begin} to {@code end}, in nanoseconds.
         *
         * @param isFirst whether it is the job's first piece
         * @param isOnly whether it is all of the job
         */
        void draw(Job job, long track, long begin, long end, boolean isFirst, boolean isOnly) throws IOException;
    }

    /** A mount that ended after everything told before. */
    void add(Mount mount, Pencil pencil) throws IOException {
        mounts.addLast(mount);
        if (mounts.size() > KEPT_MOUNTS) {
            mounts.removeFirst();
        }
        drawEnding(pencil);
    }

    /** A job that ended after everything told before. */
    void add(Job job, Pencil pencil) throws IOException {
        long known = mounts.isEmpty() ? Long.MIN_VALUE : mounts.getLast().end();
        if (known <= job.begin()) {
            pencil.draw(job, job.track(), job.begin(), job.end(), true, true);
            if (!job.helped()) {
                mounts.clear();
            }
        } else {
            ending.add(job);
            if (known >= job.end()) {
                drawEnding(pencil);
            }
        }
    }

    /** Nothing more is told: draws what is known of jobs whose last mount is not. */
    void close(Pencil pencil) throws IOException {
        drawEnding(pencil);
    }

    private void drawEnding(Pencil pencil) throws IOException {
        ending.sort(Comparator.comparingLong(Job::begin));
        for (Job job : ending) {
            drawPieces(job, pencil);
        }
        if (ending.stream().anyMatch(job -> !job.helped())) {
            Mount last = mounts.getLast();
            mounts.clear();
            mounts.addLast(last);
        }
        ending.clear();
    }

    private void drawPieces(Job job, Pencil pencil) throws IOException {
        boolean first = true;
        for (Mount mount : mounts) {
            // A helped job begins, where both are cut, a nanosecond after the one around it, so that it lies inside.
            long cut = mount.begin() + (job.helped() ? 1 : 0);
            long begin = Math.max(job.begin(), cut);
            long end = Math.min(job.end(), mount.end());
            if (begin < end) {
                boolean whole = first && begin == job.begin() && end == job.end();
                pencil.draw(job, mount.track(), begin, end, first, whole);
                first = false;
            }
        }
    }
}
