package dev.psyne.fiber;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stages that items go through one after another, several items at once. A parallel stage works on any number of items at
 * the same time; a stage in order takes one item at a time, in the order of the source. Immutable; may be run often and
 * from any thread.
 *
 * <p>Each item under way is a job that carries it from the source to the sink, so a stage may wait for whatever a job may
 * wait for, and an item that waits for its turn gives its worker away. The design is that of oneTBB's
 * {@code parallel_pipeline}, the items under way being its tokens.
 *
 * <pre>{@code
 * long pages = StagedPipeline.<Path>create()
 *         .parallel(Pages::read)
 *         .inOrder(numbering::stamp)
 *         .parallel(Pages::compress)
 *         .run(scheduler, paths.iterator(), 16, archive::append);
 * }</pre>
 *
 * @param <I> what the source gives
 * @param <O> what comes out of the last stage
 */
public final class StagedPipeline<I, O> {
    /** The most items that may be under way. */
    public static final int MAX_ITEMS_UNDER_WAY = 1 << 16;

    private final List<Stage> stages;

    private StagedPipeline(List<Stage> stages) {
        this.stages = stages;
    }

    /** A pipeline without stages. */
    public static <I> StagedPipeline<I, I> create() {
        return new StagedPipeline<>(List.of());
    }

    /** This pipeline and a stage that works on several items at once. */
    public <T> StagedPipeline<I, T> parallel(Function<? super O, ? extends T> stage) {
        return with(stage, false);
    }

    /** This pipeline and a stage that works on one item at a time, in the order of the source. */
    public <T> StagedPipeline<I, T> inOrder(Function<? super O, ? extends T> stage) {
        return with(stage, true);
    }

    /**
     * Sends what the source gives through the stages into the sink, which takes one item at a time in the order of the
     * source, and returns when all have arrived. The source is asked for an item, by one thread at a time, only while fewer
     * than {@code itemsUnderWay} are between it and the end of the sink. Takes that many jobs of the scheduler, or fewer if
     * its queue has no room for all; so many items are worth it as keep the workers busy while the slowest is late.
     *
     * <p>After a failure the source is not asked again and items behind the failed one are dropped where they are, but all
     * items before it still reach the sink: what has arrived is the beginning of what the source gave, without a gap.
     *
     * @return how many items arrived
     * @throws IllegalArgumentException if {@code itemsUnderWay} is not 1 to {@link #MAX_ITEMS_UNDER_WAY}
     * @throws StageFailedException if an item failed: of several, the first in the order of the source
     * @throws JobRejectedException if the scheduler is closed or takes no job at all
     * @throws JobFailedException if the scheduler is closed, and drops queued jobs, before those of the pipeline have begun
     * @throws AwaitInterruptedException if the thread is interrupted while it waits; the source is not asked again and all
     *     items are dropped, but stages that have begun go on to their end
     */
    public long run(Scheduler scheduler, Iterator<? extends I> source, int itemsUnderWay, Consumer<? super O> sink) {
        if (itemsUnderWay < 1 || itemsUnderWay > MAX_ITEMS_UNDER_WAY) {
            throw new IllegalArgumentException(
                    "itemsUnderWay must be 1 to " + MAX_ITEMS_UNDER_WAY + ": " + itemsUnderWay);
        }
        Objects.requireNonNull(sink);
        Function<O, O> last = item -> {
            sink.accept(item);
            return item;
        };
        return new PipelineRun(inOrder(last).stages, Objects.requireNonNull(source), itemsUnderWay).run(scheduler);
    }

    @SuppressWarnings("unchecked") // a stage is only ever given what the one before it returns
    private <T> StagedPipeline<I, T> with(Function<? super O, ? extends T> stage, boolean inOrder) {
        List<Stage> longer = new ArrayList<>(stages);
        longer.add(new Stage((Function<Object, Object>) Objects.requireNonNull(stage), inOrder));
        return new StagedPipeline<>(List.copyOf(longer));
    }

    /** A stage, its types checked when it was added. */
    record Stage(Function<Object, Object> function, boolean inOrder) {}
}
