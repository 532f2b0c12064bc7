package dev.psyne.vlm.internal.evaluation;

import dev.psyne.vlm.EvaluationProblem;
import dev.psyne.vlm.EvaluationProblem.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what is wrong and keeps the first examples of each kind. Safe for any thread. */
final class ProblemList {
    private final Map<Kind, Entry> entries = new EnumMap<>(Kind.class);

    private static final class Entry {
        private long count;
        private final List<String> examples = new ArrayList<>();
    }

    /** One more of a kind. */
    synchronized void add(Kind kind, String example) {
        Entry entry = entries.computeIfAbsent(kind, _ -> new Entry());
        entry.count++;
        if (entry.examples.size() < EvaluationProblem.MAX_EXAMPLES) {
            entry.examples.add(example);
        }
    }

    synchronized long count(Kind kind) {
        Entry entry = entries.get(kind);
        return entry == null ? 0 : entry.count;
    }

    synchronized List<String> examples(Kind kind) {
        Entry entry = entries.get(kind);
        return entry == null ? List.of() : List.copyOf(entry.examples);
    }

    /** All kinds that were met. */
    synchronized List<EvaluationProblem> list() {
        List<EvaluationProblem> problems = new ArrayList<>();
        entries.forEach((kind, entry) -> problems.add(new EvaluationProblem(kind, entry.count, entry.examples)));
        return problems;
    }

    /** A list that begins with what is in this one. */
    synchronized ProblemList copy() {
        ProblemList copy = new ProblemList();
        entries.forEach((kind, entry) -> {
            Entry same = new Entry();
            same.count = entry.count;
            same.examples.addAll(entry.examples);
            copy.entries.put(kind, same);
        });
        return copy;
    }
}
