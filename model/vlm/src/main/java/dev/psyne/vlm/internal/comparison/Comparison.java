package dev.psyne.vlm.internal.comparison;

import dev.psyne.vlm.internal.comparison.PictureQuestion.Side;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Answers a question about several pictures from a model's answers about one: descriptions, counts, yes and no. What an
 * answer needs and the model is not sure of is said so. One question's; used by one thread.
 */
public final class Comparison {
    private static final String YES = "yes";
    private static final String NO = "no";

    private static final int MOST_DIGITS = 4;

    private final PictureQuestion question;
    private final List<Integer> pictures;
    private final PicturesAsked asked;
    private final String sentence;
    private final Set<Integer> unsure = new LinkedHashSet<>();
    private double confidence = 1;

    /**
     * A question that is about to be answered.
     *
     * @param sentence what the model says when it is not sure, with its full stop
     */
    public Comparison(PictureQuestion question, PicturesAsked asked, String sentence) {
        this.question = question;
        this.pictures = question.pictures();
        this.asked = asked;
        this.sentence = sentence;
    }

    /**
     * Asks what it takes.
     *
     * @throws CancellationException if nobody wants the answer any more
     */
    public Outcome answer() {
        return switch (question.form()) {
            case PictureQuestion.Ask(String each) -> each(each);
            case PictureQuestion.Most(String thing, boolean fewest) -> most(thing, fewest);
            case PictureQuestion.More(String thing, boolean fewer) -> more(thing, fewer);
            case PictureQuestion.Sum(String thing) -> sum(thing);
            case PictureQuestion.Which(String text, boolean yes) -> which(text, yes ? YES : NO);
            case PictureQuestion.Holds(String text, boolean every) -> holds(text, every);
            case PictureQuestion.Changes(Side side) -> changes(side);
            case PictureQuestion.Common _ -> common();
            case PictureQuestion.Same(boolean differ) -> same(differ);
            case PictureQuestion.Beyond _ -> beyond();
        };
    }

    private Outcome each(String text) {
        List<String> answers = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (int picture : pictures) {
            PictureReply reply = ask(picture, text);
            if (reply.sure()) {
                answers.add(reply.text());
                told.add(Nouns.ordinal(picture) + ": " + reply.text());
            }
        }
        if (answers.size() == pictures.size() && Set.copyOf(answers).size() == 1) {
            return sure(answers.getFirst());
        }
        String joined = String.join("; ", told);
        return unsure.isEmpty() ? sure(joined) : notSure(joined.isEmpty() ? "" : joined + ". ");
    }

    private Outcome most(String thing, boolean fewest) {
        List<Integer> counts = counts(thing);
        if (!unsure.isEmpty()) {
            return notSure("");
        }
        int best = counts.stream().reduce(fewest ? Math::min : Math::max).orElseThrow();
        List<Integer> winners = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            if (counts.get(i) == best) {
                winners.add(pictures.get(i));
            } else {
                others.add(Nouns.ordinal(pictures.get(i)) + " " + counts.get(i));
            }
        }
        if (others.isEmpty()) {
            return sure(best == 0 ? none() : "the same: " + best + " each");
        }
        String each = winners.size() > 1 ? " each" : "";
        return sure(Nouns.pictures(winners) + ": " + best + each + " (" + String.join(", ", others) + ")");
    }

    private Outcome more(String thing, boolean fewer) {
        if (pictures.size() != 2) {
            return beyond();
        }
        List<Integer> counts = counts(thing);
        if (!unsure.isEmpty()) {
            return notSure("");
        }
        int difference = counts.getFirst() - counts.getLast();
        return sure(((fewer ? difference < 0 : difference > 0) ? YES : NO) + ", " + numbers(counts));
    }

    private Outcome sum(String thing) {
        List<Integer> counts = counts(thing);
        if (!unsure.isEmpty()) {
            return notSure("");
        }
        int total = counts.stream().mapToInt(Integer::intValue).sum();
        return sure(total == 0 ? "0" : total + " (" + numbers(counts) + ")");
    }

    private static String numbers(List<Integer> counts) {
        return Nouns.list(counts.stream().map(String::valueOf).toList());
    }

    private Outcome which(String text, String wanted) {
        List<Integer> found = new ArrayList<>();
        for (int picture : pictures) {
            if (yesOrNo(picture, text).equals(wanted)) {
                found.add(picture);
            }
        }
        if (!unsure.isEmpty()) {
            return notSure("");
        }
        return sure(found.isEmpty() ? none() : found.size() == pictures.size() ? all() : Nouns.pictures(found));
    }

    /** One picture that says no decides about all of them, one that says yes about any: the others are not needed then. */
    private Outcome holds(String text, boolean every) {
        String deciding = every ? NO : YES;
        List<Integer> found = new ArrayList<>();
        double needed = 1;
        for (int picture : pictures) {
            PictureReply reply = ask(picture, text);
            if (!reply.sure() || !reply.text().equals(YES) && !reply.text().equals(NO)) {
                unsure.add(picture);
            } else if (reply.text().equals(deciding)) {
                found.add(picture);
                needed = Math.min(needed, reply.confidence());
            }
        }
        if (found.isEmpty()) {
            return unsure.isEmpty() ? sure(every ? YES : NO) : notSure("");
        }
        String where = found.size() == pictures.size() && !every ? all() : Nouns.pictures(found);
        return new Outcome(deciding + (every ? ", not in " : ", in ") + where, needed, true);
    }

    private Outcome changes(Side side) {
        List<Things> things = things();
        return unsure.isEmpty() ? sure(new Differences(pictures, things, side).text()) : notSure("");
    }

    private Outcome same(boolean differ) {
        List<Things> things = things();
        if (!unsure.isEmpty()) {
            return notSure("");
        }
        if (Differences.names(things).isEmpty()) {
            return sure((differ ? NO : YES) + ", the same things");
        }
        return sure((differ ? YES : NO) + ": " + new Differences(pictures, things, Side.ALL).text());
    }

    private Outcome common() {
        List<Things> things = things();
        List<String> shared = new ArrayList<>();
        for (String name : things.getFirst().counts().keySet()) {
            int least = things.stream().mapToInt(each -> each.count(name)).min().orElse(0);
            if (least > 0) {
                shared.add(Nouns.counted(least, name));
            }
        }
        return unsure.isEmpty() ? sure(shared.isEmpty() ? "nothing" : Nouns.list(shared)) : notSure("");
    }

    private Outcome beyond() {
        return new Outcome(sentence, 0, false);
    }

    /** What the pictures show: as described, and where the descriptions differ as counted by name, if that is sure. */
    private List<Things> things() {
        List<Things> things = new ArrayList<>();
        for (int picture : pictures) {
            things.add(Things.described(ask(picture, PictureQuestion.DESCRIBE).words()));
        }
        if (unsure.isEmpty()) {
            for (String name : Differences.names(things)) {
                if (!name.equals(Things.UNNAMED)) {
                    for (int i = 0; i < things.size(); i++) {
                        things.set(i, recounted(things.get(i), pictures.get(i), name));
                    }
                }
            }
        }
        return things;
    }

    private Things recounted(Things described, int picture, String name) {
        PictureReply reply = asked.ask(picture, Nouns.howMany(name));
        if (!reply.sure() || !isNumber(reply.text())) {
            return described;
        }
        confidence = Math.min(confidence, reply.confidence());
        return described.with(name, Integer.parseInt(reply.text()));
    }

    private List<Integer> counts(String thing) {
        List<Integer> counts = new ArrayList<>();
        for (int picture : pictures) {
            PictureReply reply = ask(picture, Nouns.howMany(thing));
            if (!isNumber(reply.text())) {
                unsure.add(picture);
            }
            counts.add(reply.sure() && isNumber(reply.text()) ? Integer.parseInt(reply.text()) : 0);
        }
        return counts;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private String yesOrNo(int picture, String text) {
        String answer = ask(picture, text).text();
        if (!answer.equals(YES) && !answer.equals(NO)) {
            unsure.add(picture);
        }
        return answer;
    }

    private PictureReply ask(int picture, String text) {
        PictureReply reply = asked.ask(picture, text);
        confidence = Math.min(confidence, reply.confidence());
        if (!reply.sure()) {
            unsure.add(picture);
        }
        return reply;
    }

    private Outcome sure(String text) {
        return new Outcome(text, confidence, true);
    }

    private Outcome notSure(String before) {
        if (before.isEmpty() && unsure.size() == pictures.size()) {
            return new Outcome(sentence, confidence, false);
        }
        List<Integer> inOrder = pictures.stream().filter(unsure::contains).toList();
        String about = sentence.substring(0, sentence.length() - 1) + " about " + Nouns.pictures(inOrder) + " picture.";
        return new Outcome(before + about, confidence, false);
    }

    private String none() {
        return pictures.size() == 2 ? "neither" : "none of them";
    }

    private String all() {
        return pictures.size() == 2 ? "both" : "all of them";
    }
}
