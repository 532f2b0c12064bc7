package dev.psyne.image;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/** Image formats that are recognised only to be refused by name. */
enum ForeignFormat {
    GIF("GIF", 0, "GIF8"),
    BMP("BMP", 0, "BM"),
    SVG("SVG", 0, "<svg", "<?xml"),
    TIFF("TIFF", 0, "II*\0", "MM\0*"),
    AVIF("AVIF", 4, "ftypavif", "ftypavis"),
    HEIC("HEIC", 4, "ftypheic", "ftypheix", "ftypmif1", "ftyphevc"),
    JPEG_XL("JPEG XL", 0, "\u00ff\n", "\0\0\0\fJXL "),
    PDF("PDF", 0, "%PDF");

    private final String label;
    private final int offset;
    private final String[] signatures;

    ForeignFormat(String label, int offset, String... signatures) {
        this.label = label;
        this.offset = offset;
        this.signatures = signatures;
    }

    String label() {
        return label;
    }

    static Optional<ForeignFormat> of(MemorySegment file) {
        return Arrays.stream(values()).filter(format -> format.begins(file)).findFirst();
    }

    private boolean begins(MemorySegment file) {
        return Arrays.stream(signatures).anyMatch(signature -> ImageBytes.matches(file, offset, signature));
    }
}
