package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.taught.TaughtCells;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Chooses the known names that taught things borrow for one question about one picture. */
final class LentNames {
    /** Shapes are asked for by their colours, which taught things do not have. */
    private static final Set<String> SHAPES = Set.of("circle", "square", "triangle", "heart", "diamond", "star");

    /** From here on a name is one that the picture shows. */
    private static final float SEEN = 0.3f;

    private final List<Integer> ids;
    private final List<float[]> units;
    private final int[] lendable;

    LentNames(List<Integer> ids, List<float[]> units, WordTokenizer tokenizer) {
        this.ids = ids;
        this.units = units;
        this.lendable = IntStream.range(0, ids.size())
                .filter(name -> !SHAPES.contains(tokenizer.word(ids.get(name))))
                .toArray();
    }

    /**
     * A name for each thing, by their indices: names that the rest of the picture does not show and the question does not
     * hold, as little like those that they do, and like each other, as there are. Things beyond the number of names get none.
     *
     * @param cells the taught thing that each cell shows
     */
    Map<Integer, Integer> lend(List<Integer> things, int[] question, Rows chances, int[] cells) {
        Set<Integer> asked = Arrays.stream(question).boxed().collect(Collectors.toSet());
        float[] shown = shown(chances, cells);
        double[] unfit = new double[ids.size()];
        for (int name = 0; name < unfit.length; name++) {
            unfit[name] = shown[name];
        }
        for (int name = 0; name < unfit.length; name++) {
            if (asked.contains(ids.get(name)) || shown[name] >= SEEN) {
                avoid(name, unfit);
            }
        }
        Map<Integer, Integer> nameOf = new HashMap<>();
        for (int thing : things) {
            OptionalInt best = Arrays.stream(lendable)
                    .filter(name -> !asked.contains(ids.get(name)) && !nameOf.containsValue(name))
                    .reduce((one, other) -> unfit[other] < unfit[one] ? other : one);
            if (best.isPresent()) {
                nameOf.put(thing, best.getAsInt());
                avoid(best.getAsInt(), unfit);
            }
        }
        return nameOf;
    }

    /** How far the cells without a taught thing show each name, at most. */
    private float[] shown(Rows chances, int[] cells) {
        float[] most = new float[ids.size()];
        for (int cell = 0; cell < cells.length; cell++) {
            for (int name = 0; cells[cell] == TaughtCells.NONE && name < most.length; name++) {
                most[name] = Math.max(most[name], chances.values()[chances.index(cell) + name]);
            }
        }
        return most;
    }

    /** Makes names the less fit the more they are like one. */
    private void avoid(int name, double[] unfit) {
        float[] unit = units.get(name);
        for (int other = 0; other < unfit.length; other++) {
            double cosine = 0;
            for (int i = 0; i < unit.length; i++) {
                cosine += (double) unit[i] * units.get(other)[i];
            }
            unfit[other] = Math.max(unfit[other], cosine);
        }
    }
}
