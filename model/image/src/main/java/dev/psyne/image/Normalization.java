package dev.psyne.image;

/** The scale a model wants its pixels on: {@code (value / 255 - mean) / std}, channel by channel. */
public final class Normalization {
    private static final float MAX_VALUE = 255;

    private final float[] mean;
    private final float[] std;

    /**
     * A normalisation.
     *
     * @param mean of red, green and blue on the scale 0 to 1; copied
     * @param std standard deviation of the same, above 0; copied
     */
    public Normalization(float[] mean, float[] std) {
        this.mean = channels("mean", mean);
        this.std = channels("std", std);
        for (float value : this.std) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("std must be above 0, not " + value);
            }
        }
    }

    /** The normalised value of a channel (0 red, 1 green, 2 blue) that was {@code value} of 255. */
    public float apply(int channel, float value) {
        return (value / MAX_VALUE - mean[channel]) / std[channel];
    }

    static float[] channels(String name, float[] values) {
        if (values.length != Picture.CHANNELS) {
            throw new IllegalArgumentException(name + " needs 3 values (red, green, blue), not " + values.length);
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(name + " must be finite, not " + value);
            }
        }
        return values.clone();
    }
}
