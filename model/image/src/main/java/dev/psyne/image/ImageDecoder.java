package dev.psyne.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads PNG, JPEG and WebP files. {@link #header} looks at the header alone, in microseconds, so that a caller can
 * refuse a file or reserve memory for it; {@link #decode} gives the upright picture. Holds nothing but its limits and
 * may be used by any number of threads. The file is read, never kept.
 */
public final class ImageDecoder {
    private static final String READABLE = "PNG, JPEG and WebP";

    private final ImageLimits limits;

    /** A decoder that refuses what is over the limits. */
    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads the header and checks it against the limits. A file that is cut off behind its header passes.
     *
     * @throws UnsupportedImageException if the bytes are not a PNG, JPEG or WebP of a kind that is read
     * @throws ImageTooLargeException if the file or its picture is over a limit
     * @throws BrokenImageException if the header is cut off or contradicts itself
     */
    public ImageHeader header(MemorySegment file) {
        limits.checkBytes(file.byteSize());
        return switch (format(file)) {
            case PNG -> new PngContainer(file).header(limits);
            case JPEG -> new JpegContainer(file).header(limits);
            case WEBP -> new WebpContainer(file).header(limits);
        };
    }

    /**
     * Decodes the picture: upright, RGB8, alpha dropped, no colour profile applied. Takes a copy of the file, the
     * decoder's pixels and, where the stored rows are not upright RGB8, the picture's bytes beside them.
     *
     * @throws ImageException as {@link #header} does, and {@link BrokenImageException} for damaged or missing pixels
     */
    public Picture decode(MemorySegment file) {
        header(file);
        byte[] bytes = file.toArray(ValueLayout.JAVA_BYTE);
        // The copy is what gets decoded, so it is the copy that must pass: a mapped file can change in between.
        MemorySegment copy = MemorySegment.ofArray(bytes);
        return switch (format(copy)) {
            case PNG -> {
                PngContainer container = new PngContainer(copy);
                ImageHeader header = container.header(limits);
                yield PixelReader.png(header).read(bytes, container.keepPixels(bytes));
            }
            case JPEG -> {
                JpegContainer container = new JpegContainer(copy);
                ImageHeader header = container.header(limits);
                yield PixelReader.jpeg(header, container.colors()).read(bytes, container.keepPixels(bytes));
            }
            case WEBP -> {
                WebpContainer container = new WebpContainer(copy);
                ImageHeader header = container.header(limits);
                yield PixelReader.webp(header).read(bytes, container.keepPixels(bytes));
            }
        };
    }

    private static ImageFormat format(MemorySegment file) {
        if (ImageBytes.matches(file, 0, PngContainer.SIGNATURE)) {
            return ImageFormat.PNG;
        }
        if (ImageBytes.matches(file, 0, JpegContainer.SIGNATURE)) {
            return ImageFormat.JPEG;
        }
        if (ImageBytes.matches(file, 0, "RIFF") && ImageBytes.matches(file, 8, "WEBP")) {
            return ImageFormat.WEBP;
        }
        if (file.byteSize() == 0) {
            throw new UnsupportedImageException("This image file is empty: send a PNG, JPEG or WebP file.");
        }
        throw ForeignFormat.of(file)
                .map(foreign -> new UnsupportedImageException(
                        foreign.label() + " files are not read; " + READABLE + " work: save it as one of them."))
                .orElseGet(() ->
                        new UnsupportedImageException("This is not an image that can be read; " + READABLE + " work."));
    }
}
