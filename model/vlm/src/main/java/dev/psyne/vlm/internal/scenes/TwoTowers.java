package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.Picture;
import dev.psyne.tensor.Linear;
import dev.psyne.vlm.internal.photo.PhotoThing;
import java.util.List;

/** From a picture, and what the photo tower saw in it, to the regions that the text side reads. */
final class TwoTowers {
    private final SceneConfiguration configuration;
    private final PictureInput pictures;
    private final ImageEncoder encoder;
    private final NameMatch names;
    private final ThingChoice choice;
    private final PhotoRegions photo;

    TwoTowers(WeightReader reader, SceneConfiguration configuration, Linear embedding) {
        this.configuration = configuration;
        this.pictures = new PictureInput(configuration.image());
        this.encoder = new ImageEncoder(reader, configuration.encoder());
        this.names = new NameMatch(reader, embedding, configuration.names());
        this.choice =
                new ThingChoice(configuration.photo(), configuration.encoder().grid());
        this.photo = new PhotoRegions(reader, configuration);
    }

    NameMatch names() {
        return names;
    }

    /** The regions of a picture: the cells of its grid, and the things that count. */
    SceneFeatures look(Picture picture, List<PhotoThing> seen, EncoderWorkspace work) {
        PictureFrame frame = pictures.write(picture, work.planes());
        SceneFeatures cells = SceneFeatures.allocate(
                configuration.encoder().cells(),
                0,
                configuration.decoder().width(),
                configuration.names().size());
        encoder.run(work, cells.regions());
        names.describe(cells, work);
        place(cells, frame);
        List<PhotoThing> things = choice.of(seen, cells, frame);
        SceneFeatures scene = cells.withThings(things.size());
        photo.place(things, scene);
        names.blend(scene, work);
        photo.describe(things, scene, work);
        return scene;
    }

    private void place(SceneFeatures cells, PictureFrame frame) {
        int grid = configuration.encoder().grid();
        for (int cell = 0; cell < cells.cells(); cell++) {
            int place = cells.places().index(cell);
            int row = cell / grid;
            cells.places().values()[place] = frame.x((cell % grid + 0.5f) / grid);
            cells.places().values()[place + 1] = frame.y((row + 0.5f) / grid);
            cells.areas().values()[cell] = 1f / cells.cells() / (frame.width() * frame.height());
        }
    }
}
