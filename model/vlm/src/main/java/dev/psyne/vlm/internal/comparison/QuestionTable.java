package dev.psyne.vlm.internal.comparison;

import dev.psyne.vlm.internal.comparison.PictureQuestion.Form;
import dev.psyne.vlm.internal.comparison.PictureQuestion.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The questions about several pictures that are understood. The first line that fits counts. In a line, what stands in
 * {@code [ ]} may be missing, of {@code ( | )} one is there, and capitals are one of the {@link #WORDS}; {@code THING} is
 * what is asked for, {@code ASKED} a question of yes or no. A picture that is named ("the second picture") reads "the
 * picture" here, and several of them in a row "the pictures".
 */
final class QuestionTable {
    /** What capitals stand for. */
    static final String WORDS = """
            NUMBER    (two|three|four|2|3|4)
            PICTURE   (the|this|that) picture
            PICTURES  (them|they|these|those|both|[both|all] [of] [the|these|those|my] [NUMBER] pictures|the NUMBER)
            EACH      (both|all|each|every) [one] [of] [the|these|those] [NUMBER] [pictures|picture|one|them]
            ALL       (both|all) [of] [the|these|those] [NUMBER] [pictures|them]
            ANY       (any|either|one|some|at least one) [of] [the|these|those] [NUMBER] [pictures|picture|one|them]
            WHICH     which [one|picture|pictures] [of PICTURES|of the NUMBER]
            HAS       (has|have|shows|show|contains|contain|there is|there are|with)
            SEE       (do|can) you (see|find|spot|notice)
            MORE      (more|most|the most)
            FEWER     (fewer|less|fewest|least|the fewest|the least)
            BESIDE    [now] [(between|in|from|of|on|with|about) (PICTURES|PICTURE [(and|to|with) PICTURE])] [(to|compared to|compared with|than) [in] PICTURE]
            TOTAL     (in all|altogether|all together|together|in total|in sum|overall|combined|[in|on|over|across|of] (ALL|PICTURES) [together|in all|altogether|in total|combined])
            """;

    /** The questions, what they ask for in front. */
    static final String QUESTIONS = """
            MOST      WHICH HAS MORE [THING]
            MOST      (in|on) WHICH (are|is|SEE) [there] MORE THING
            MOST      where (are|is|SEE) [there] MORE THING
            FEWEST    WHICH HAS FEWER [THING]
            FEWEST    (in|on) WHICH (are|is|SEE) [there] FEWER THING
            FEWEST    where (are|is|SEE) [there] FEWER THING
            MORE      (do|does) PICTURE HAS MORE THING than PICTURE
            MORE      (are|is) there MORE THING (in|on) PICTURE than [in|on] PICTURE
            LESS      (do|does) PICTURE HAS FEWER THING than PICTURE
            LESS      (are|is) there FEWER THING (in|on) PICTURE than [in|on] PICTURE
            SUM       how many THING do PICTURES HAS [together|in all|altogether|in total]
            SUM       how many THING [are|is|are shown|SEE] [there] TOTAL
            SUM       in total how many THING [are|is|SEE] [there] [BESIDE]
            SUM       (count|add up) [all] THING [TOTAL]
            SUM       what is the (total|sum) [number] of THING [TOTAL]
            EVERY     (is|are) there THING (in|on) EACH
            EVERY     SEE THING (in|on) EACH
            EVERY     (do|does) [they|the pictures] EACH HAS THING
            EVERYASK  ASKED (in|on) EACH
            EVERY     (is|are) THING (in|on) EACH
            ANY       (is|are) there THING (in|on) ANY
            ANY       SEE THING (in|on) ANY
            ANY       (do|does) ANY HAS THING
            ANYASK    ASKED (in|on) ANY
            ANY       (is|are) THING (in|on) ANY
            COMMON    what (is|are|SEE) (in|on) both [of] [the|these|those] [NUMBER] [pictures|them]
            COMMON    what (is|are|SEE) (in|on) (all|every|each of) [one] [of] [the|these|those] [NUMBER] [pictures|picture|them]
            COMMON    what do EACH HAS [in common]
            COMMON    what do PICTURES HAS in common
            COMMON    what do PICTURES (both|all) HAS
            COMMON    what (is|are|things are) [in] common [to|in|between] [EACH|PICTURES]
            COMMON    (what|which things) (stayed|stays|is|are|remained|remains) the same [BESIDE]
            COMMON    what (has|have|did) not (changed|change) [BESIDE]
            MISSING   what does PICTURE have (that|which) PICTURE (does not|doesn't|has not|hasn't|lacks) [have|show]
            CHANGED   (what|which things|what things) [has|have|is|was] (changed|changes|different|differs|other) [BESIDE]
            CHANGED   what (is|are) the (difference|differences|change|changes) [BESIDE]
            CHANGED   [(find|name|spot|tell me|list|describe|show)] [the] (difference|differences|changes) [BESIDE]
            CHANGED   how (do|are|did) PICTURES (differ|different|change) [BESIDE]
            CHANGED   (compare|what happened) [PICTURES|BESIDE]
            NEW       (what|which things|which thing) (is|are|was) (new|added|extra|additional) [BESIDE]
            NEW       (what|which things|which thing) [has|have] (appeared|come|came|arrived|been added|was added|were added) [BESIDE]
            NEW       what is there more BESIDE
            MISSING   (what|which things|which thing) (is|are|was|were) (missing|gone|removed|not there|not there any more|taken away|lost) [BESIDE]
            MISSING   (what|which things|which thing) [has|have] (disappeared|gone|vanished|been removed|left|went away) [BESIDE]
            SAME      (is|are) [PICTURES|PICTURE] (the same|identical|equal|alike) [pictures|picture] [(as|to) PICTURE]
            SAME      (do|does) (PICTURES|PICTURE) [both|all] (show|have|contain) the same [thing|things] [as PICTURE]
            DIFFER    (is|are) [PICTURES|PICTURE] different [pictures] [(from|to|than) PICTURE]
            DIFFER    (do|does) (PICTURES|PICTURE) differ [from PICTURE]
            DIFFER    (is|are) there [a|any] (difference|differences|change|changes) [BESIDE]
            DIFFER    (has|have|did) (anything|something|it|they) (changed|change|differ) [BESIDE]
            DIFFER    is (anything|something) (different|new|missing|gone) [BESIDE]
            BEYOND    [in|on] WHICH (HAS|is|are) the (biggest|largest|smallest|nicest|best|brightest|darkest) [ANYTHING]
            WHICH     WHICH HAS THING
            WHICHASK  (in|on) WHICH ASKED
            WHICH     (in|on) WHICH (is|are|SEE) [there] THING
            WHICH     WHICH (is|are|SEE) THING (in|on)
            WHICHNOT  WHICH (does|do) not (have|show|contain) THING
            WHICHNOT  WHICH (doesn't|don't) (have|show|contain) THING
            WHICHNOT  WHICH HAS no THING
            WHICHNOT  (in|on) WHICH (is|are) there no THING
            BEYOND    [in|on] which (picture|pictures|of PICTURES|one of PICTURES) [ANYTHING]
            """;

    private static final List<QuestionPattern> PATTERNS = QuestionPattern.read(QUESTIONS, WORDS);

    private QuestionTable() {}

    /** What a question in its {@linkplain QuestionWords#normal normal form} asks for; null if no line fits. */
    static @Nullable Form find(String normal) {
        for (QuestionPattern pattern : PATTERNS) {
            QuestionPattern.Found found = pattern.find(normal);
            if (found != null) {
                return form(pattern.form(), found);
            }
        }
        return null;
    }

    static Form form(String name, QuestionPattern.Found found) {
        return switch (name) {
            case "MOST" -> new PictureQuestion.Most(found.thing(), false);
            case "FEWEST" -> new PictureQuestion.Most(found.thing(), true);
            case "MORE" -> new PictureQuestion.More(found.thing(), false);
            case "LESS" -> new PictureQuestion.More(found.thing(), true);
            case "SUM" -> new PictureQuestion.Sum(found.thing());
            case "EVERY" -> new PictureQuestion.Holds(Nouns.isThere(found.thing()), true);
            case "EVERYASK" -> new PictureQuestion.Holds(found.asked(), true);
            case "ANY" -> new PictureQuestion.Holds(Nouns.isThere(found.thing()), false);
            case "ANYASK" -> new PictureQuestion.Holds(found.asked(), false);
            case "WHICH" -> new PictureQuestion.Which(Nouns.isThere(found.thing()), true);
            case "WHICHNOT" -> new PictureQuestion.Which(Nouns.isThere(found.thing()), false);
            case "WHICHASK" -> new PictureQuestion.Which(found.asked(), true);
            case "COMMON" -> new PictureQuestion.Common();
            case "CHANGED" -> new PictureQuestion.Changes(Side.ALL);
            case "NEW" -> new PictureQuestion.Changes(Side.NEW);
            case "MISSING" -> new PictureQuestion.Changes(Side.MISSING);
            case "SAME" -> new PictureQuestion.Same(false);
            case "DIFFER" -> new PictureQuestion.Same(true);
            case "BEYOND" -> new PictureQuestion.Beyond();
            default -> throw new IllegalStateException("no form is called " + name);
        };
    }
}
