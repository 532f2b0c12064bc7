package dev.psyne.vlm.internal.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the answers of each type and of all; of equally common ones the first in the order of characters is taken. */
final class MajorityCount {
    /** Most different answers counted, those of each type and of all taken together: about 20 MB. */
    static final int MAX_DIFFERENT = 200_000;

    private final Map<String, Count> all = new HashMap<>();
    private final List<Map<String, Count>> types = new ArrayList<>();
    private int different;

    private static final class Count {
        private int value;
    }

    /** Counts an answer of a type; false if it is one too many different ones. */
    boolean add(int type, String answer) {
        while (types.size() <= type) {
            types.add(new HashMap<>());
        }
        boolean inAll = add(all, answer);
        return add(types.get(type), answer) && inAll;
    }

    private boolean add(Map<String, Count> counts, String answer) {
        Count count = counts.get(answer);
        if (count == null) {
            if (different == MAX_DIFFERENT) {
                return false;
            }
            different++;
            count = new Count();
            counts.put(answer, count);
        }
        count.value++;
        return true;
    }

    /** The commonest answer of a type; empty if none was counted. */
    String ofType(int type) {
        return type < types.size() ? commonest(types.get(type)) : "";
    }

    /** The commonest answer of all; empty if none was counted. */
    String ofAll() {
        return commonest(all);
    }

    private static String commonest(Map<String, Count> counts) {
        String best = "";
        int most = 0;
        for (Map.Entry<String, Count> entry : counts.entrySet()) {
            int value = entry.getValue().value;
            if (value > most || (value == most && entry.getKey().compareTo(best) < 0)) {
                best = entry.getKey();
                most = value;
            }
        }
        return best;
    }
}
