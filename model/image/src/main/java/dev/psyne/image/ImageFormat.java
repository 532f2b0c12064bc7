package dev.psyne.image;

/** The file formats that are read. Everything else is refused with an {@link UnsupportedImageException}. */
public enum ImageFormat {
    /** Portable Network Graphics, W3C recommendation, third edition; animation frames after the first are ignored. */
    PNG("PNG"),
    /** ITU-T T.81: baseline, extended and progressive Huffman coding, 8 bits a sample, 1, 3 or 4 components. */
    JPEG("JPEG"),
    /** RFC 9649: lossy, lossless and extended files with one frame. */
    WEBP("WebP");

    private final String label;

    ImageFormat(String label) {
        this.label = label;
    }

    /** The name as people write it. */
    public String label() {
        return label;
    }
}
