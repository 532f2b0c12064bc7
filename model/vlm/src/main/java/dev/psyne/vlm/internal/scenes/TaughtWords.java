package dev.psyne.vlm.internal.scenes;

import dev.psyne.vlm.TaughtThing;
import dev.psyne.vlm.internal.text.RegularPlural;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How questions name taught things: by the name, by its plural, and, where it begins with whose it is, without that, unless
 * this is a word the model knows already.
 */
final class TaughtWords {
    private static final Set<String> OWNERS = Set.of("my", "your", "our", "his", "her", "its", "their");

    private TaughtWords() {}

    /** The index of the thing that each phrase names. Phrases that name two things name none. */
    static Map<String, Integer> of(List<TaughtThing> things, WordTokenizer tokenizer) {
        Map<String, Integer> words = new HashMap<>();
        for (int i = 0; i < things.size(); i++) {
            words.put(WordTokenizer.normal(things.get(i).name()), i);
        }
        Map<String, Integer> further = new HashMap<>();
        Set<String> ambiguous = new HashSet<>(words.keySet());
        for (int i = 0; i < things.size(); i++) {
            for (String phrase : others(WordTokenizer.normal(things.get(i).name()))) {
                Integer before = tokenizer.id(phrase).isPresent() ? null : further.put(phrase, i);
                if (before != null && before != i) {
                    ambiguous.add(phrase);
                }
            }
        }
        further.keySet().removeAll(ambiguous);
        further.keySet().removeIf(phrase -> tokenizer.id(phrase).isPresent());
        words.putAll(further);
        return words;
    }

    private static Set<String> others(String name) {
        Set<String> phrases = new HashSet<>(Set.of(RegularPlural.of(name)));
        int space = name.indexOf(' ');
        if (space > 0
                && (OWNERS.contains(name.substring(0, space))
                        || name.substring(0, space).endsWith("'s"))) {
            String bare = name.substring(space + 1);
            phrases.add(bare);
            phrases.add(RegularPlural.of(bare));
        }
        return phrases;
    }
}
