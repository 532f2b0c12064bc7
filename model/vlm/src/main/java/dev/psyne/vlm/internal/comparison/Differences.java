package dev.psyne.vlm.internal.comparison;

import dev.psyne.vlm.internal.comparison.PictureQuestion.Side;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What changed from each picture to the next, in words. */
final class Differences {
    private final List<Integer> pictures;
    private final List<Things> things;
    private final Side side;

    /**
     * The differences between pictures.
     *
     * @param things what each of them shows
     */
    Differences(List<Integer> pictures, List<Things> things, Side side) {
        this.pictures = pictures;
        this.things = things;
        this.side = side;
    }

    /** The names whose counts are not the same in all of them. */
    static Set<String> names(List<Things> things) {
        Set<String> names = new LinkedHashSet<>();
        things.forEach(each -> names.addAll(each.counts().keySet()));
        names.removeIf(name ->
                things.stream().mapToInt(each -> each.count(name)).distinct().count() == 1);
        return names;
    }

    /** "the second has a dog more; the car is gone", a sentence for each picture that differs from the one before it. */
    String text() {
        List<String> sentences = new ArrayList<>();
        for (int i = 1; i < things.size(); i++) {
            String changes = String.join("; ", changes(i));
            if (!changes.isEmpty()) {
                sentences.add(changes);
            }
        }
        return sentences.isEmpty() ? nothing() : String.join(". ", sentences);
    }

    private String nothing() {
        return switch (side) {
            case ALL -> "nothing changed";
            case NEW -> "nothing is new";
            case MISSING -> "nothing is missing";
        };
    }

    private List<String> changes(int index) {
        Things before = things.get(index - 1);
        Things after = things.get(index);
        List<String> more = new ArrayList<>();
        List<String> less = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (String name : names(List.of(before, after))) {
            int change = after.count(name) - before.count(name);
            if (change > 0) {
                more.add(Nouns.counted(change, name));
            } else if (after.count(name) == 0) {
                gone.add(name);
            } else {
                less.add(Nouns.counted(-change, name));
            }
        }
        return clauses(Nouns.ordinal(pictures.get(index)), more, less, gone);
    }

    private List<String> clauses(String ordinal, List<String> more, List<String> less, List<String> gone) {
        List<String> clauses = new ArrayList<>();
        if (side != Side.MISSING && !more.isEmpty()) {
            clauses.add("the " + ordinal + " has " + Nouns.list(more) + " more");
        }
        if (side != Side.NEW && !less.isEmpty()) {
            clauses.add("the " + ordinal + " has " + Nouns.list(less) + " less");
        }
        if (side != Side.NEW && !gone.isEmpty()) {
            boolean isSaid = things.size() == 2 || !clauses.isEmpty();
            clauses.add((isSaid ? "" : "in the " + ordinal + " ") + left(gone));
        }
        return clauses;
    }

    private String left(List<String> gone) {
        List<String> names = gone.stream().map(Nouns::withThe).toList();
        boolean several = gone.size() > 1 || Nouns.isPlural(gone.getFirst());
        return Nouns.list(names) + (several ? " are " : " is ") + (side == Side.MISSING ? "missing" : "gone");
    }
}
