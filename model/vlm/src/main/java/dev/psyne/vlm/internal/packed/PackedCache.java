package dev.psyne.vlm.internal.packed;

import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.layer.LayerMemory;
import dev.psyne.vlm.internal.layer.PackedLayers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The packed layers of models in a directory: one file for each part of a model and precision, made when it is first wanted and
 * again when what it was made from has changed. Any number of processes may share a directory: whoever writes gives the
 * file its name when it is whole, and the last one stays.
 */
public final class PackedCache {
    private static final String ENDING = ".psyne";
    private static final int KEY_CHARACTERS = 16;

    /** A model's decoder, or all of it if it has no other parts. */
    public static final String DECODER = "";

    /** What looks at pictures. */
    public static final String PICTURES = "pictures";

    private final Path directory;
    private final LongSupplier free;

    /** A cache in a directory, which is made when something is written. */
    public PackedCache(Path directory) {
        this(directory, () -> usable(directory));
    }

    /** As above, with another idea of how many bytes are free. */
    PackedCache(Path directory, LongSupplier free) {
        this.directory = directory;
        this.free = free;
    }

    /**
     * What a model is packed from.
     *
     * @param model the file or directory it is known by
     * @param part of the model, {@link #DECODER} or {@link #PICTURES}
     * @param files those whose change makes another model of it
     * @param estimate of the bytes it takes when packed
     */
    public record Source(Path model, String part, List<Path> files, WeightPrecision precision, long estimate) {}

    /**
     * Layers to build a model over; they are the caller's to close.
     *
     * @param isWritten whether they were read and packed just now
     * @param note why they are not in a file though one was wanted; empty if they are
     */
    public record Found(PackedLayers layers, boolean isWritten, String note) {}

    /** The file the layers of a model's decoder are kept in. */
    public Path file(Path model, WeightPrecision precision) {
        return file(model, DECODER, precision);
    }

    /** The files a model's layers are kept in, if it has all parts. */
    public List<Path> files(Path model, WeightPrecision precision) {
        return List.of(file(model, DECODER, precision), file(model, PICTURES, precision));
    }

    private Path file(Path model, String part, WeightPrecision precision) {
        Path path = model.toAbsolutePath().normalize();
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        String key = Digests.sha256(MemorySegment.ofArray(name)).substring(0, KEY_CHARACTERS);
        String kind = precision.name().toLowerCase(Locale.ROOT).replace('_', '-');
        String suffix = part.isEmpty() ? "" : "." + part;
        return directory.resolve(path.getFileName() + "-" + key + "." + kind + suffix + ENDING);
    }

    /**
     * The layers of a model: mapped, if need be after they were written; in memory, if they cannot be.
     *
     * @param build builds the model once over layers that are being written, and throws it away
     */
    public Found layers(Source source, Consumer<PackedLayers> build) {
        Path file = file(source.model(), source.part(), source.precision());
        List<SourceFile> sources = SourceFile.of(source.files());
        Optional<PackedFile> kept = existing(file, source.precision(), sources);
        if (kept.isPresent()) {
            return new Found(kept.get(), false, "");
        }
        try {
            long available = free.getAsLong();
            if (source.estimate() > available) {
                return inMemory("it wants " + source.estimate() + " bytes, " + available + " are free");
            }
            PackedWriter.removeAbandoned(file);
            try (PackedWriter writer = PackedWriter.create(file)) {
                build.accept(writer);
                writer.finish(source.precision(), sources);
            }
            return new Found(PackedFile.open(file), true, "");
        } catch (IOException | UncheckedIOException e) {
            return inMemory("it wants " + source.estimate() + " bytes: " + e.getMessage());
        }
    }

    private Found inMemory(String why) {
        return new Found(new LayerMemory(), false, "packed in memory, not in " + directory + ": " + why);
    }

    /** The file as it is kept, if it was made of these sources; a damaged one is made again. */
    private static Optional<PackedFile> existing(Path file, WeightPrecision precision, List<SourceFile> sources) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            PackedFile packed = PackedFile.open(file);
            PackedDirectory found = packed.directory();
            boolean isCurrent = found.rules() == PackedDirectory.RULES
                    && found.precision() == precision
                    && found.sources().equals(sources);
            if (!isCurrent) {
                packed.close();
                return Optional.empty();
            }
            return Optional.of(packed);
        } catch (ModelException damaged) {
            return Optional.empty();
        }
    }

    private static long usable(Path directory) {
        try {
            Files.createDirectories(directory);
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
