package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationScore;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Takes answers, scores them beside the baselines, and knows which are there. Safe for any thread. */
final class Scoring {
    private final Dataset dataset;
    private final EntryReader reader;
    private final ScoreBoard board;
    private final SampleChoice samples;
    private final String[] commonest;
    private final String commonestOfAll;
    private final BitSet answered;
    private final BitSet answeredBlind;
    private long unsure;

    Scoring(Dataset dataset, EntryReader reader, long seed) {
        this.dataset = dataset;
        this.reader = reader;
        this.board = new ScoreBoard(dataset);
        this.samples = new SampleChoice(seed);
        this.commonestOfAll = dataset.majority().ofAll();
        int types = Math.max(dataset.firstTypes().size(), dataset.secondTypes().size());
        this.commonest = new String[types];
        for (int type = 0; type < types; type++) {
            commonest[type] = dataset.majority().ofType(type);
        }
        this.answered = new BitSet(dataset.table().size());
        this.answeredBlind = new BitSet(dataset.table().size());
    }

    synchronized boolean has(int row, boolean blind) {
        return (blind ? answeredBlind : answered).get(row);
    }

    synchronized long count() {
        return answered.cardinality() + (long) answeredBlind.cardinality();
    }

    synchronized long count(boolean blind) {
        return (blind ? answeredBlind : answered).cardinality();
    }

    /** Takes an answer that is not there yet. */
    void take(int row, JournalLine line) {
        List<String> truth = reader.answers(row);
        Metric metric = dataset.form().metric();
        long units = metric.units(truth, line.answer());
        Optional<String> blind = line.blindPicture();
        long majority = blind.isPresent() ? 0 : metric.units(truth, commonest[dataset.majorityType(row)]);
        long constant = blind.isPresent() ? 0 : metric.units(truth, commonestOfAll);
        synchronized (this) {
            if (blind.isPresent()) {
                answeredBlind.set(row);
                board.addBlind(row, units);
            } else {
                answered.set(row);
                board.add(row, units, majority, constant);
                samples.offer(new SampleChoice.Sample(row, units, line));
                unsure += line.sure() ? 0 : 1;
            }
        }
    }

    synchronized EvaluationScore overall() {
        return board.overall();
    }

    /** To be looked at once all answers are taken. */
    ScoreBoard board() {
        return board;
    }

    SampleChoice samples() {
        return samples;
    }

    String commonest() {
        return commonestOfAll;
    }

    synchronized long unsure() {
        return unsure;
    }
}
