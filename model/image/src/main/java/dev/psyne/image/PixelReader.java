package dev.psyne.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Runs one image reader over a file whose container was checked and stripped. The reader is named by its provider, so
 * plug-ins on the class path change nothing, and nothing is cached on disk. What the readers throw at damaged data,
 * which is more than their documentation says, becomes a {@link BrokenImageException}.
 */
final class PixelReader {
    private final ImageHeader header;
    private final ImageReaderSpi provider;
    private final @Nullable JpegColors colors;

    private PixelReader(ImageHeader header, ImageReaderSpi provider, @Nullable JpegColors colors) {
        this.header = header;
        this.provider = provider;
        this.colors = colors;
    }

    static PixelReader png(ImageHeader header) {
        return new PixelReader(header, ofPlatform("png"), null);
    }

    /** JPEG samples are read as stored and converted by {@code colors}: a profile in the file has no say. */
    static PixelReader jpeg(ImageHeader header, JpegColors colors) {
        return new PixelReader(header, ofPlatform("jpeg"), colors);
    }

    static PixelReader webp(ImageHeader header) {
        return new PixelReader(header, new WebPImageReaderSpi(), null);
    }

    Picture read(byte[] file, int length) {
        try (ArrayImageInput input = new ArrayImageInput(file, length)) {
            ImageReader reader = provider.createReaderInstance(null);
            try {
                reader.setInput(input, true, true);
                if (reader.getWidth(0) != header.width() || reader.getHeight(0) != header.height()) {
                    throw BrokenImageException.damaged(header.format(), "its header and its pixels disagree");
                }
                return picture(reader);
            } finally {
                reader.dispose();
            }
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private Picture picture(ImageReader reader) throws IOException {
        if (colors != null) {
            ImageReadParam param = reader.getDefaultReadParam();
            return picture(RasterPixels.jpeg(sized(reader.readRaster(0, param)), colors));
        }
        var image = reader.read(0);
        return picture(RasterPixels.rgb(sized(image.getRaster()), image.getColorModel()));
    }

    private Raster sized(Raster raster) {
        if (raster.getWidth() != header.width() || raster.getHeight() != header.height()) {
            throw BrokenImageException.damaged(header.format(), "its header and its pixels disagree");
        }
        return raster;
    }

    private Picture picture(byte[] rgb) {
        byte[] upright = Upright.turn(rgb, header);
        return Picture.of(header.uprightWidth(), header.uprightHeight(), upright);
    }

    private BrokenImageException unreadable(Exception cause) {
        return new BrokenImageException(
                "The pixels of this " + header.format().label()
                        + " file cannot be decoded: it is damaged; save it again.",
                cause);
    }

    /** The JDK's own provider. Asking the registry, not ImageIO, keeps the class path from being searched. */
    private static ImageReaderSpi ofPlatform(String formatName) {
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (providers.hasNext()) {
            ImageReaderSpi provider = providers.next();
            if (provider.getClass().getModule() == IIORegistry.class.getModule()) {
                for (String name : provider.getFormatNames()) {
                    if (name.equals(formatName)) {
                        return provider;
                    }
                }
            }
        }
        throw new IllegalStateException(
                "this Java runtime has no image reader for " + formatName + ": use a JDK with the module java.desktop");
    }
}
