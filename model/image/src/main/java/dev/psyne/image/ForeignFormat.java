package dev.psyne.image;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * An image format that is recognised only to be refused by name.
 *
 * @param label the name as people write it
 * @param offset where a signature stands in the file
 * @param signatures any of these is enough
 */
record ForeignFormat(String label, int offset, List<String> signatures) {
    private static final List<ForeignFormat> KNOWN = List.of(
            new ForeignFormat("GIF", 0, List.of("GIF8")),
            new ForeignFormat("BMP", 0, List.of("BM")),
            new ForeignFormat("SVG", 0, List.of("<svg", "<?xml")),
            new ForeignFormat("TIFF", 0, List.of("II*\0", "MM\0*")),
            new ForeignFormat("AVIF", 4, List.of("ftypavif", "ftypavis")),
            new ForeignFormat("HEIC", 4, List.of("ftypheic", "ftypheix", "ftypmif1", "ftyphevc")),
            new ForeignFormat("JPEG XL", 0, List.of("\u00ff\n", "\0\0\0\fJXL ")),
            new ForeignFormat("PDF", 0, List.of("%PDF")));

    static Optional<ForeignFormat> of(MemorySegment file) {
        return KNOWN.stream().filter(format -> format.begins(file)).findFirst();
    }

    private boolean begins(MemorySegment file) {
        return signatures.stream().anyMatch(signature -> ImageBytes.matches(file, offset, signature));
    }
}
