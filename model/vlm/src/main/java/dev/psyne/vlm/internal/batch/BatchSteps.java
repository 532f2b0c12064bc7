package dev.psyne.vlm.internal.batch;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.AttentionSpan;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.language.LanguageWorkspace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a batch: each takes one row of every sequence that waits for its next token, and some rows of prompts. Used
 * by one job at a time; only the statistics may be read from elsewhere.
 */
final class BatchSteps {
    private static final Rows NO_LOGITS = Rows.allocate(0, 0);

    private final LanguageModel model;
    private final Scheduler scheduler;
    private final BatchOptions options;
    private final Runnable onFinished;
    private final SequenceMemory memory;
    private final PromptPace pace;
    private final LanguageWorkspace work;
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> active = new ArrayList<>();

    private final List<AttentionSpan> spans = new ArrayList<>();
    private final List<Sequence> inStep = new ArrayList<>();
    private Rows logits = NO_LOGITS;
    private int rows;
    private int promptRows;
    private long steps;
    private long promptTokens;
    private long cachedTokens;
    private long tokens;
    private int turn;
    private volatile BatchStatistics statistics;

    BatchSteps(LanguageModel model, Scheduler scheduler, BatchOptions options, Runnable onFinished) {
        this.model = model;
        this.scheduler = scheduler;
        this.options = options;
        this.onFinished = onFinished;
        this.memory = new SequenceMemory(model.shape().keyValues(), options.budgetBytes());
        this.pace = new PromptPace(options.chunkRows());
        this.work = new LanguageWorkspace(model.shape(), options.sequences() + options.chunkRows());
        this.statistics = new BatchStatistics(0, 0, 0, memory.pagesMost(), 0, 0, 0, 0);
    }

    /** The most positions a sequence can have. */
    int most() {
        return memory.positions();
    }

    BatchStatistics statistics() {
        return statistics;
    }

    void add(Sequence sequence) {
        waiting.add(sequence);
    }

    /** Computes the next step; false if there is nothing to compute. */
    boolean step() {
        removeCancelled();
        admit();
        rows = 0;
        promptRows = 0;
        spans.clear();
        inStep.clear();
        int decoding = takeDecoding();
        takePrompts(decoding);
        if (rows > 0) {
            long begin = System.nanoTime();
            model.run(rows, work, spans);
            choose();
            pace.took(decoding, promptRows, System.nanoTime() - begin);
            steps++;
        }
        statistics = new BatchStatistics(
                active.size(),
                waiting.size(),
                memory.pagesUsed(),
                memory.pagesMost(),
                steps,
                promptTokens,
                cachedTokens,
                tokens);
        return rows > 0;
    }

    private void removeCancelled() {
        for (int i = active.size() - 1; i >= 0; i--) {
            if (active.get(i).isCancelled()) {
                finish(active.get(i), null);
            }
        }
        waiting.removeIf(sequence -> {
            boolean isGone = sequence.isCancelled();
            if (isGone) {
                sequence.end(null);
                onFinished.run();
            }
            return isGone;
        });
    }

    private void admit() {
        while (active.size() < options.sequences() && !waiting.isEmpty()) {
            Sequence sequence = waiting.getFirst();
            if (!memory.begin(sequence)) {
                return;
            }
            if (sequence.chosen() == 0) {
                cachedTokens += sequence.computed();
            }
            active.add(waiting.removeFirst());
        }
    }

    /** The rows of those whose next token is due. */
    private int takeDecoding() {
        for (int i = 0; i < active.size(); i++) {
            Sequence sequence = active.get(i);
            if (sequence.isDecoding() && !sequence.isUnread()) {
                if (grow(sequence)) {
                    take(sequence, 1);
                }
                // Whoever gave its room up stood behind.
                i = Math.min(i, active.size() - 1);
            }
        }
        return rows;
    }

    /** Makes room for the next position; the youngest gives its pages up and begins again later if there is no other. */
    private boolean grow(Sequence sequence) {
        while (!memory.reserve(sequence, sequence.length())) {
            Sequence youngest = active.getLast();
            memory.release(youngest);
            active.removeLast();
            waiting.addFirst(youngest);
            if (youngest == sequence) {
                return false;
            }
        }
        return true;
    }

    private void takePrompts(int decoding) {
        List<Sequence> prompts =
                active.stream().filter(sequence -> !sequence.isDecoding()).toList();
        if (prompts.isEmpty()) {
            return;
        }
        int budget = pace.rows(decoding);
        turn = (turn + 1) % prompts.size();
        int share = Math.max(1, budget / prompts.size());
        for (int i = 0; i < prompts.size() && budget > 0; i++) {
            Sequence sequence = prompts.get((turn + i) % prompts.size());
            boolean isLast = i == prompts.size() - 1;
            int count = Math.min(isLast ? budget : Math.min(share, budget), sequence.length() - sequence.computed());
            take(sequence, count);
            budget -= count;
            promptRows += count;
        }
    }

    private void take(Sequence sequence, int count) {
        int position = sequence.computed();
        for (int i = 0; i < count; i++) {
            long symbol = sequence.symbol(position + i);
            if (symbol < 0) {
                sequence.prompt().copyRow(position + i, work.x(), rows + i);
            } else {
                model.embed((int) symbol, work.x(), rows + i);
            }
        }
        spans.add(new AttentionSpan(sequence.cache(), rows, count, position, true));
        inStep.add(sequence);
        rows += count;
    }

    /** Chooses the next token of each sequence whose last symbol was computed. */
    private void choose() {
        int[] last = new int[inStep.size()];
        int count = 0;
        for (int i = 0; i < inStep.size(); i++) {
            Sequence sequence = inStep.get(i);
            AttentionSpan span = spans.get(i);
            int computed = span.position() + span.count();
            promptTokens += Math.max(0, Math.min(computed, sequence.prompt().length()) - span.position());
            sequence.computed(computed);
            memory.share(sequence);
            if (computed == sequence.length()) {
                inStep.set(count, sequence);
                last[count++] = span.firstRow() + span.count() - 1;
            }
        }
        if (count == 0) {
            return;
        }
        if (logits.capacity() < count) {
            logits = Rows.allocate(count, model.shape().vocabulary());
        }
        model.logits(Arrays.copyOf(last, count), work, logits);
        double[] logSums = new double[count];
        model.logSums(count, logits, logSums);
        int[] ids = new int[count];
        int width = model.shape().vocabulary();
        scheduler.parallelFor(0, count, 1, (from, to) -> {
            for (int row = from; row < to; row++) {
                ids[row] = inStep.get(row).sampler().choose(logits.values(), logits.index(row), width);
            }
        });
        for (int row = 0; row < count; row++) {
            give(inStep.get(row), row, ids[row], logSums[row]);
        }
    }

    private void give(Sequence sequence, int row, int id, double logSum) {
        sequence.append(id);
        tokens++;
        boolean isLast = sequence.isFull() || options.endTokens().contains(id);
        if (isLast) {
            leave(sequence);
        }
        sequence.give(
                LikeliestTokens.choice(
                        logits, row, logSum, id, sequence.sampling().likeliest()),
                isLast);
    }

    private void finish(Sequence sequence, @Nullable Throwable reason) {
        leave(sequence);
        sequence.end(reason);
    }

    private void leave(Sequence sequence) {
        active.remove(sequence);
        memory.release(sequence);
        onFinished.run();
    }

    /** Ends every sequence and tells its reader why. */
    void endAll(Throwable reason) {
        for (Sequence sequence : List.copyOf(active)) {
            finish(sequence, reason);
        }
        while (!waiting.isEmpty()) {
            onFinished.run();
            waiting.removeFirst().end(reason);
        }
    }
}
