package dev.psyne.bench.vlm;

import java.util.List;

/**
 * A size of the scene model, as in {@code model/vlm/train/scenes/configuration.py}.
 *
 * @param name by its millions of parameters
 * @param image edge of the picture in pixels; the grid has a sixteenth of it
 * @param channels of the four convolutions
 */
record SceneVariant(
        String name,
        int image,
        List<Integer> channels,
        int width,
        int encoderLayers,
        int decoderLayers,
        int heads,
        int mlp) {
    private static final int CELL = 16;

    /** The variants beside the embedded one; none of them is trained. */
    static final List<SceneVariant> UNTRAINED = List.of(
            new SceneVariant("25m", 160, List.of(48, 96, 192, 384), 384, 6, 5, 6, 1536),
            new SceneVariant("50m", 192, List.of(64, 128, 256, 512), 512, 7, 6, 8, 2048),
            new SceneVariant("100m", 224, List.of(80, 160, 320, 640), 640, 9, 8, 10, 2560));

    int grid() {
        return image / CELL;
    }
}
