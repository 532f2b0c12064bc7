package dev.psyne.vlm.internal.evaluation;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import dev.psyne.memory.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The directory of the pictures, or of directories of them named by their split. */
final class PictureFolder {
    /** Endings of VQA's pictures, that of the published ones first. */
    private static final List<String> ENDINGS = List.of(".jpg", ".png", ".webp");

    private final Path directory;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.standard());

    PictureFolder(Path directory) {
        this.directory = directory;
    }

    /** The file of a picture of a dataset, if it is there. */
    Optional<Path> find(Dataset dataset, int picture) {
        String name = dataset.pictureName(picture);
        String split = split(name);
        if (dataset.form() == Dataset.Form.CLEVR) {
            return existing(split, name);
        }
        return ENDINGS.stream()
                .flatMap(ending -> existing(split, name + ending).stream())
                .findFirst();
    }

    /** The name of a picture as published, for an error. */
    static String shownName(Dataset dataset, int picture) {
        String name = dataset.pictureName(picture);
        return dataset.form() == Dataset.Form.CLEVR ? name : name + ENDINGS.getFirst();
    }

    private Optional<Path> existing(String split, String name) {
        Path here = directory.resolve(name);
        if (Files.isRegularFile(here)) {
            return Optional.of(here);
        }
        Path below = directory.resolve(split).resolve(name);
        return Files.isRegularFile(below) ? Optional.of(below) : Optional.empty();
    }

    /** The middle of COCO_val2014_000000000042 and of CLEVR_val_000042.png. */
    private static String split(String name) {
        int begin = name.indexOf('_') + 1;
        int end = name.lastIndexOf('_');
        return end > begin ? name.substring(begin, end) : "";
    }

    /**
     * Decodes a picture.
     *
     * @throws dev.psyne.image.ImageException if it cannot be
     * @throws IOException if it cannot be read
     */
    Picture decode(Path file) throws IOException {
        try (Region bytes = Region.mapReadOnly(file)) {
            return decoder.decode(bytes.segment());
        }
    }
}
