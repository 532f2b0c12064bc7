package dev.psyne.vlm.internal.vision;

import dev.psyne.image.Picture;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Rows;

/**
 * The scale a model wants its pixels on, as Hugging Face's fast image processors compute it: {@code (byte - 255 mean) /
 * (255 std)} in single precision, channel by channel. Immutable.
 */
public final class PixelScale {
    private static final int VALUES = 256;

    private final float[] values = new float[Picture.CHANNELS * VALUES];

    /** A scale; means and standard deviations are those of red, green and blue on the scale 0 to 1. */
    public PixelScale(double[] mean, double[] std) {
        for (int channel = 0; channel < Picture.CHANNELS; channel++) {
            if (!Double.isFinite(mean[channel]) || !(std[channel] > 0)) {
                throw new IllegalArgumentException(
                        "mean " + mean[channel] + " and standard deviation " + std[channel] + " of channel " + channel);
            }
            float shift = (float) (255 * mean[channel]);
            float factor = (float) (255 * std[channel]);
            for (int value = 0; value < VALUES; value++) {
                values[channel * VALUES + value] = (value - shift) / factor;
            }
        }
    }

    /** The value of a byte of a channel. */
    public float apply(int channel, int value) {
        return values[channel * VALUES + value];
    }

    /** Writes one row for each patch of a picture, row by row from the top left: its red, its green, its blue plane. */
    void writePatches(Picture picture, int patch, Rows rows) {
        byte[] rgb = picture.rgb();
        int row = 0;
        for (int top = 0; top < picture.height(); top += patch) {
            for (int left = 0; left < picture.width(); left += patch, row++) {
                int to = rows.index(row);
                for (int channel = 0; channel < Picture.CHANNELS; channel++) {
                    for (int y = 0; y < patch; y++) {
                        int from = ((top + y) * picture.width() + left) * Picture.CHANNELS + channel;
                        for (int x = 0; x < patch; x++, from += Picture.CHANNELS) {
                            rows.values()[to++] = values[channel * VALUES + (rgb[from] & 0xff)];
                        }
                    }
                }
            }
        }
    }

    /** Writes the interior of a map. */
    void writePixels(Picture picture, FeatureMap map) {
        byte[] rgb = picture.rgb();
        int from = 0;
        for (int y = 0; y < picture.height(); y++) {
            int to = map.index(y, 0);
            for (int x = 0; x < picture.width(); x++) {
                for (int channel = 0; channel < Picture.CHANNELS; channel++) {
                    map.values()[to++] = values[channel * VALUES + (rgb[from++] & 0xff)];
                }
            }
        }
    }
}
