package dev.psyne.vlm.internal.scenes;

import dev.psyne.tensor.Epilogue;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.internal.photo.PhotoThing;
import java.util.List;

/** From things of the photo tower to regions: what they may be called, and box, colour and chances as a vector. */
final class PhotoRegions {
    /** Score, two places in waves, width, height, edge, area, colour; the chances follow. */
    static final int FEATURES = 1 + 2 * 7 + 4 + 3;

    private static final int[] FREQUENCIES = {1, 2, 4};
    private static final double AREA_FLOOR = 0.003;

    private final Kernels kernels;
    private final SceneConfiguration.Photo shape;
    private final Linear name;
    private final Linear up;
    private final Linear down;
    private final float[] norm;

    PhotoRegions(WeightReader reader, SceneConfiguration configuration) {
        int width = configuration.decoder().width();
        this.kernels = reader.kernels();
        this.shape = configuration.photo();
        this.name = reader.linear("photo.name.weight", width, width);
        this.up = reader.floatLinear("photo.up.weight", "photo.up.bias", shape.hidden(), shape.features());
        this.down = reader.linear("photo.down.weight", "photo.down.bias", width, shape.hidden());
        this.norm = reader.vector("photo.norm.weight", width);
    }

    /** Puts the things after the cells, all but their vectors, which {@link #describe} makes of the blends. */
    void place(List<PhotoThing> things, SceneFeatures scene) {
        for (int i = 0; i < things.size(); i++) {
            PhotoThing thing = things.get(i);
            int region = scene.cells() + i;
            int chances = scene.chances().index(region);
            for (int k = 0; k < guesses(thing); k++) {
                int known = shape.names().get(thing.guesses().get(k).name());
                scene.chances().values()[chances + known] += chance(thing, k);
            }
            scene.centres().values()[region] = thing.score();
            int place = scene.places().index(region);
            PhotoThing.Box box = thing.box();
            scene.places().values()[place] = box.left() + box.width() / 2;
            scene.places().values()[place + 1] = box.top() + box.height() / 2;
            scene.areas().values()[region] = box.area();
        }
    }

    private int guesses(PhotoThing thing) {
        return Math.min(shape.classes(), thing.guesses().size());
    }

    /** The probability of a guess, as a part of 1 if those of all of them are more. */
    private float chance(PhotoThing thing, int guess) {
        float sum = 0;
        for (int k = 0; k < guesses(thing); k++) {
            sum += thing.guesses().get(k).probability();
        }
        return guess < guesses(thing) ? thing.guesses().get(guess).probability() / Math.max(1, sum) : 0;
    }

    /** Fills in the vectors of things, whose blends are in {@code work}. */
    void describe(List<PhotoThing> things, SceneFeatures scene, EncoderWorkspace work) {
        int count = things.size();
        if (count == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            write(
                    things.get(i),
                    work.thingFeatures().values(),
                    work.thingFeatures().index(i));
        }
        Rows vectors = scene.regions().from(scene.cells());
        kernels.gemm(count, work.thingFeatures(), up, Epilogue.GELU, work.thingHidden());
        kernels.gemm(count, work.blends().from(scene.cells()), name, Epilogue.STORE, vectors);
        kernels.gemm(count, work.thingHidden(), down, Epilogue.ADD, vectors);
        kernels.rmsNorm(count, vectors, norm, SceneConfiguration.NORM_EPSILON, vectors);
    }

    private void write(PhotoThing thing, float[] target, int index) {
        PhotoThing.Box box = thing.box();
        int at = index;
        target[at++] = thing.score();
        at = waves(box.left() + box.width() / 2, target, at);
        at = waves(box.top() + box.height() / 2, target, at);
        target[at++] = box.width();
        target[at++] = box.height();
        target[at++] = (float) Math.sqrt(box.area());
        target[at++] = (float) (Math.log(box.area() + AREA_FLOOR) / 4);
        target[at++] = thing.colour().red();
        target[at++] = thing.colour().green();
        target[at++] = thing.colour().blue();
        for (int k = 0; k < shape.classes(); k++) {
            target[at++] = chance(thing, k);
        }
    }

    private static int waves(float place, float[] target, int index) {
        int at = index;
        target[at++] = 2 * place - 1;
        for (int frequency : FREQUENCIES) {
            target[at++] = (float) Math.sin(Math.PI * frequency * place);
            target[at++] = (float) Math.cos(Math.PI * frequency * place);
        }
        return at;
    }
}
