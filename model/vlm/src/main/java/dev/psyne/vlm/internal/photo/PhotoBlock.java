package dev.psyne.vlm.internal.photo;

import java.util.List;

/** One step of the net: reads the results of earlier ones, or the picture, by name, and leaves its own under its name. */
sealed interface PhotoBlock {
    /** The picture's own name. */
    String PICTURE = "picture";

    String name();

    /** What it reads. */
    List<String> sources();

    /** A convolution, its bias, and the leaky rectifier if there is one. */
    record Conv(String name, String from, int in, int out, int kernel, int stride, int padding, boolean isLeaky)
            implements PhotoBlock {
        @Override
        public List<String> sources() {
            return List.of(from);
        }
    }

    /** The largest value in a window; what is outside does not count. */
    record Pool(String name, String from, int kernel, int stride, int padding) implements PhotoBlock {
        @Override
        public List<String> sources() {
            return List.of(from);
        }
    }

    /** The channels of one after those of the other. */
    record Concat(String name, List<String> sources) implements PhotoBlock {}

    /** A map brought to the size of another, linearly with half-pixel centres, plus that other. */
    record Resize(String name, String from, String add) implements PhotoBlock {
        @Override
        public List<String> sources() {
            return List.of(from, add);
        }
    }
}
