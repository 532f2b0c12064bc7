package dev.psyne.vlm.internal.comparison;

import dev.psyne.vlm.QuestionException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pictures that a question names: "the first picture", "picture 2", "the last one", of two "the left one".
 *
 * @param pictures counted from 0, each once, in the order of the question
 * @param text the question with "the picture" in their places, "the pictures" for several in a row
 */
record NamedPictures(List<Integer> pictures, String text) {
    private static final int LAST = -1;
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("first", 0),
            Map.entry("1st", 0),
            Map.entry("1", 0),
            Map.entry("one", 0),
            Map.entry("second", 1),
            Map.entry("2nd", 1),
            Map.entry("2", 1),
            Map.entry("two", 1),
            Map.entry("third", 2),
            Map.entry("3rd", 2),
            Map.entry("3", 2),
            Map.entry("three", 2),
            Map.entry("fourth", 3),
            Map.entry("4th", 3),
            Map.entry("4", 3),
            Map.entry("four", 3),
            Map.entry("fifth", 4),
            Map.entry("5th", 4),
            Map.entry("5", 4),
            Map.entry("five", 4),
            Map.entry("last", LAST),
            Map.entry("left", 0),
            Map.entry("right", 1));
    private static final String ORDINAL = "(?:first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)";
    private static final String NUMBER = "(?:1|2|3|4|5|one|two|three|four|five)";

    /** What may follow "the first" so that it is a picture and not the first thing. */
    private static final String BOUNDARY =
            "(?=$|and |or |to |than |but |with |compared |together |in |has |have |show |shows |that |does |doesn't )";

    private static final String NAMED = String.join(
            "|",
            "(?:the )?(" + ORDINAL + ") picture ",
            "the (" + ORDINAL + ") one ",
            "the (" + ORDINAL + ") " + BOUNDARY,
            "(?:the )?picture (?:(?:number|no|nr) )?(" + NUMBER + ") ",
            "(?<=\\b(?:in|on|of|from|and|or|to|than) )number (" + NUMBER + ") ");
    private static final String SIDE =
            "(?:the )?(left|right)(?: hand)? picture |the (left|right)(?: hand)? one |the picture on the (left|right) ";
    private static final Pattern OF_SEVERAL = Pattern.compile("\\b(?:" + NAMED + ")");
    private static final Pattern OF_TWO = Pattern.compile("\\b(?:" + NAMED + "|" + SIDE + ")");
    private static final Pattern IN_A_ROW =
            Pattern.compile("the picture (?:(?:and |or |and (?:in|on|of) )?the picture )+");

    NamedPictures {
        pictures = List.copyOf(pictures);
    }

    static NamedPictures find(String normal, int count) {
        Matcher matcher = (count == 2 ? OF_TWO : OF_SEVERAL).matcher(normal);
        Set<Integer> pictures = new LinkedHashSet<>();
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            pictures.add(index(matcher, count));
            matcher.appendReplacement(text, "the picture ");
        }
        matcher.appendTail(text);
        String joined =
                pictures.size() < 2 ? text.toString() : IN_A_ROW.matcher(text).replaceAll("the pictures ");
        return new NamedPictures(List.copyOf(pictures), joined);
    }

    private static int index(Matcher matcher, int count) {
        int index = 0;
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                index = NUMBERS.getOrDefault(matcher.group(group), 0);
            }
        }
        if (index >= count) {
            throw new QuestionException("The question is about picture " + (index + 1) + ", but there are " + count
                    + " pictures; ask about one of them.");
        }
        return index == LAST ? count - 1 : index;
    }
}
