package dev.psyne.node;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageException;
import dev.psyne.image.ImageLimits;
import dev.psyne.image.Picture;
import dev.psyne.memory.Region;
import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.LessonPictures;
import dev.psyne.vlm.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code psyne model teach}: teaches a model a thing by pictures of it. */
@Command(name = "teach", description = "Teaches a model a thing by 3 to 10 pictures of it.", sortOptions = false)
final class ModelTeachCommand extends TaughtCommand implements LessonPictures {
    @Parameters(index = "0", paramLabel = "NAME", description = "What it is called, such as 'my mug'.")
    private String name = "";

    @Parameters(index = "1..*", paramLabel = "PICTURE", description = "PNG, JPEG or WebP files that show it.")
    private List<Path> pictures = List.of();

    ModelTeachCommand(Terminal terminal, ModelStore models) {
        super(terminal, models);
    }

    @Override
    void run(Model model, TaughtStore store) throws IOException, InterruptedException {
        for (Path picture : pictures) {
            if (!Files.isRegularFile(picture)) {
                throw new NoSuchFileException(picture.toString());
            }
        }
        String checked = model.checkName(name);
        store.requireRoom(checked);
        print(
                "taught",
                store.add(model.teach(checked, this, InstantSource.system().instant())));
    }

    @Override
    public int count() {
        return pictures.size();
    }

    @Override
    public Picture picture(int index) {
        Path path = pictures.get(index);
        try (Region file = Region.mapReadOnly(path)) {
            return new ImageDecoder(ImageLimits.standard()).decode(file.segment());
        } catch (ImageException e) {
            throw new LessonException(
                    index, "Picture " + (index + 1) + ", " + path + ", cannot be taken. " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
