package dev.psyne.image;

import java.util.Arrays;

/**
 * Separable resampling of RGB8 as torchvision's {@code resize(antialias=True)} does it on bytes: columns first, then
 * rows, each pass rounded and clamped to bytes. A pass that keeps the size is left out.
 */
final class ByteResampler {
    private ByteResampler() {}

    static Picture resize(Picture picture, int width, int height, Filter filter) {
        Picture wide = width == picture.width() ? picture : columns(picture, width, filter);
        return height == picture.height() ? wide : rows(wide, height, filter);
    }

    private static Picture columns(Picture picture, int width, Filter filter) {
        FixedPointWeights weights = new FixedPointWeights(picture.width(), width, filter);
        byte[] from = picture.rgb();
        byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(width, picture.height()), Picture.CHANNELS)];
        int line = picture.width() * Picture.CHANNELS;
        int target = 0;
        for (int begin = 0; begin < from.length; begin += line) {
            for (int x = 0; x < width; x++, target += Picture.CHANNELS) {
                int source = begin + weights.first(x) * Picture.CHANNELS;
                int red = weights.half();
                int green = red;
                int blue = red;
                for (int k = 0; k < weights.count(x); k++, source += Picture.CHANNELS) {
                    int weight = weights.weight(x, k);
                    red += weight * (from[source] & 0xff);
                    green += weight * (from[source + 1] & 0xff);
                    blue += weight * (from[source + 2] & 0xff);
                }
                to[target] = (byte) weights.toByte(red);
                to[target + 1] = (byte) weights.toByte(green);
                to[target + 2] = (byte) weights.toByte(blue);
            }
        }
        return Picture.of(width, picture.height(), to);
    }

    private static Picture rows(Picture picture, int height, Filter filter) {
        FixedPointWeights weights = new FixedPointWeights(picture.height(), height, filter);
        byte[] from = picture.rgb();
        int line = picture.width() * Picture.CHANNELS;
        byte[] to = new byte[Math.multiplyExact(line, height)];
        int[] sums = new int[line];
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, weights.half());
            for (int k = 0; k < weights.count(y); k++) {
                int weight = weights.weight(y, k);
                int source = (weights.first(y) + k) * line;
                for (int i = 0; i < line; i++) {
                    sums[i] += weight * (from[source + i] & 0xff);
                }
            }
            for (int i = 0; i < line; i++) {
                to[y * line + i] = (byte) weights.toByte(sums[i]);
            }
        }
        return Picture.of(picture.width(), height, to);
    }
}
