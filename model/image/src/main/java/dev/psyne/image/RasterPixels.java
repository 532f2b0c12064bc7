package dev.psyne.image;

import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import org.jspecify.annotations.Nullable;

/** Turns what the readers give into RGB8, without a copy where it already is. */
final class RasterPixels {
    private static final int GREY_BANDS = 2;

    private RasterPixels() {}

    /** RGB8 of raw JPEG samples. */
    static byte[] jpeg(Raster raster, JpegColors colors) {
        byte[] samples = interleaved(raster, colors.components());
        if (samples == null) {
            throw BrokenImageException.damaged(ImageFormat.JPEG, "its components do not agree");
        }
        int pixels = raster.getWidth() * raster.getHeight();
        byte[] rgb = colors.components() == Picture.CHANNELS ? samples : new byte[pixels * Picture.CHANNELS];
        colors.convert(samples, rgb, pixels);
        return rgb;
    }

    /** RGB8 of a PNG or WebP raster: palettes looked up, grey spread, alpha dropped, 16 bits cut to the upper 8. */
    static byte[] rgb(Raster raster, ColorModel model) {
        byte[] whole = interleaved(raster, Picture.CHANNELS);
        if (whole != null) {
            return whole;
        }
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        int[] palette = model instanceof IndexColorModel indexed ? palette(indexed) : new int[0];
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - Byte.SIZE);
        byte[] rgb = new byte[width * raster.getHeight() * Picture.CHANNELS];
        int[] row = new int[width * bands];
        int to = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            if (palette.length > 0) {
                to = lookUp(row, palette, rgb, to);
            } else {
                to = spread(row, bands, shift, rgb, to);
            }
        }
        return rgb;
    }

    private static int lookUp(int[] row, int[] palette, byte[] rgb, int begin) {
        int to = begin;
        for (int index : row) {
            int color = index < palette.length ? palette[index] : 0;
            rgb[to++] = (byte) (color >> 16);
            rgb[to++] = (byte) (color >> 8);
            rgb[to++] = (byte) color;
        }
        return to;
    }

    private static int spread(int[] row, int bands, int shift, byte[] rgb, int begin) {
        int green = bands <= GREY_BANDS ? 0 : 1;
        int to = begin;
        for (int from = 0; from < row.length; from += bands) {
            rgb[to++] = (byte) (row[from] >> shift);
            rgb[to++] = (byte) (row[from + green] >> shift);
            rgb[to++] = (byte) (row[from + 2 * green] >> shift);
        }
        return to;
    }

    private static int[] palette(IndexColorModel model) {
        int[] palette = new int[model.getMapSize()];
        model.getRGBs(palette);
        return palette;
    }

    /** The raster's own array if it holds exactly these components, byte by byte, first to last. */
    private static byte @Nullable [] interleaved(Raster raster, int components) {
        if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
                || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
                || raster.getParent() != null
                || model.getNumBands() != components
                || model.getPixelStride() != components
                || model.getScanlineStride() != components * raster.getWidth()) {
            return null;
        }
        int[] offsets = model.getBandOffsets();
        for (int i = 0; i < components; i++) {
            if (offsets[i] != i) {
                return null;
            }
        }
        byte[] data = buffer.getData();
        return data.length == components * raster.getWidth() * raster.getHeight() ? data : null;
    }
}
