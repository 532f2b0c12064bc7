package dev.psyne.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Turns a picture into the input of a model: letterboxed, resampled and normalised F32 planes, shape [3, size, size].
 * Immutable; may be used by any number of threads.
 */
public final class Preprocessor {
    private final Letterbox letterbox;
    private final Normalization normalization;
    private final Filter filter;

    /** A preprocessor; all three come from the model's configuration. */
    public Preprocessor(Letterbox letterbox, Normalization normalization, Filter filter) {
        this.letterbox = letterbox;
        this.normalization = normalization;
        this.filter = filter;
    }

    /** Bytes that {@link #toPlanes} writes. */
    public long planesBytes() {
        return Picture.CHANNELS * planeValues() * Float.BYTES;
    }

    /**
     * Writes the planes red, green, blue, each row by row, in the machine's byte order.
     *
     * @param planes exactly {@link #planesBytes()} bytes; any alignment
     */
    public void toPlanes(Picture picture, MemorySegment planes) {
        if (planes.byteSize() != planesBytes()) {
            throw new IllegalArgumentException("the planes need " + planesBytes() + " bytes, not " + planes.byteSize());
        }
        int width = letterbox.width(picture);
        int height = letterbox.height(picture);
        int left = (letterbox.size() - width) / 2;
        int top = (letterbox.size() - height) / 2;
        if (width < letterbox.size() || height < letterbox.size()) {
            pad(planes);
        }
        new Resampler(picture, width, height, filter)
                .run((y, row) -> write(row, planes, (long) (top + y) * letterbox.size() + left));
    }

    private void pad(MemorySegment planes) {
        for (int channel = 0; channel < Picture.CHANNELS; channel++) {
            float value = normalization.apply(channel, letterbox.pad(channel));
            long begin = channel * planeValues();
            for (long i = begin; i < begin + planeValues(); i++) {
                planes.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
            }
        }
    }

    private void write(float[] row, MemorySegment planes, long begin) {
        for (int channel = 0; channel < Picture.CHANNELS; channel++) {
            long to = channel * planeValues() + begin;
            for (int from = channel; from < row.length; from += Picture.CHANNELS, to++) {
                planes.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, to, normalization.apply(channel, row[from]));
            }
        }
    }

    private long planeValues() {
        return (long) letterbox.size() * letterbox.size();
    }
}
