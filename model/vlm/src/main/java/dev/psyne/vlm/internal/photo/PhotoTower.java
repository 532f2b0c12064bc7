package dev.psyne.vlm.internal.photo;

import dev.psyne.image.Picture;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Tensor;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import dev.psyne.vlm.internal.layer.WorkspacePool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/**
 * Finds things of known kinds in photographs: NanoDet-g (RangiLyu, 2021) with I8 weights, activations as floats.
 *
 * <p>Loading reads {@code photo.json} and {@code photo.safetensors}, checks them and packs the weights, 4 MB of native
 * memory; no file stays open. May be called from any thread: as many pictures as said are looked at together, each in
 * {@link #workspaceBytes} of heap (17 MB for squares of 416 pixels) kept for the next one, and others wait for their turn.
 * A large picture is read where it is, a line at a time.
 */
public final class PhotoTower {
    /** The description, in the model's directory. */
    public static final String FILE = PhotoConfiguration.FILE;

    /** The weights, beside it. */
    public static final String WEIGHTS_FILE = PhotoWeights.FILE;

    private static final int GUESSES = 3;

    private final PhotoConfiguration configuration;
    private final PhotoPlan plan;
    private final PhotoInput input;
    private final PhotoNet net;
    private final LevelDecoder decoder;
    private final WorkspacePool<Workspace> workspaces;
    private final Semaphore turns;

    /** The memory of one picture. */
    private record Workspace(Tensor planes, Map<String, FeatureMap> maps) {
        FeatureMap map(String name) {
            return Objects.requireNonNull(maps.get(name), name);
        }
    }

    private PhotoTower(PhotoConfiguration configuration, PhotoPlan plan, PhotoInput input, PhotoNet net, int atOnce) {
        this.configuration = configuration;
        this.plan = plan;
        this.input = input;
        this.net = net;
        this.decoder = new LevelDecoder(configuration);
        this.workspaces = new WorkspacePool<>(atOnce, () -> new Workspace(input.allocatePlanes(), plan.allocate()));
        this.turns = new Semaphore(atOnce, true);
    }

    /**
     * Loads a tower.
     *
     * @param atOnce most pictures looked at together; one keeps all workers of the kernels busy
     * @param verifyHash whether the weights must have the hash that the configuration states
     * @throws ModelException if a file is missing, broken, of another version or not what the other says it is
     */
    public static PhotoTower load(Path directory, Kernels kernels, int atOnce, boolean verifyHash) {
        return load(directory, kernels, atOnce, verifyHash, 0);
    }

    /** Loads a tower that looks at squares of another size than the configuration's; 0 for that one. */
    static PhotoTower load(Path directory, Kernels kernels, int atOnce, boolean verifyHash, int otherSize) {
        if (atOnce < 1) {
            throw new IllegalArgumentException("at least 1 picture is looked at together, not " + atOnce);
        }
        PhotoConfiguration configuration =
                PhotoConfiguration.parse(JsonFields.read(directory.resolve(PhotoConfiguration.FILE)));
        int size = otherSize == 0 ? configuration.image().size() : otherSize;
        PhotoPlan plan = new PhotoPlan(configuration, size);
        Path weights = directory.resolve(PhotoWeights.FILE);
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            if (verifyHash) {
                Digests.verify(weights, file.segment(), configuration.weightsHash());
            }
            PhotoWeights reader = new PhotoWeights(file, kernels);
            PhotoNet net = new PhotoNet(configuration, reader, kernels);
            reader.end();
            return new PhotoTower(configuration, plan, new PhotoInput(configuration.image(), size), net, atOnce);
        }
    }

    /** The names of the kinds of things known, lower case. */
    public List<String> names() {
        return configuration.names();
    }

    /** Heap that each picture looked at together takes, in bytes. */
    public long workspaceBytes() {
        Map.Entry<String, PhotoPlan.MapShape> picture = plan.shapes().firstEntry();
        long planes = (long) Picture.CHANNELS
                * picture.getValue().height()
                * picture.getValue().width();
        return (plan.floats() + planes) * Float.BYTES;
    }

    /**
     * The things in a picture, likeliest first; none if nothing is likely enough. How many there are at most, and what is
     * likely enough, is the configuration's to say.
     */
    public List<PhotoThing> see(Picture picture) {
        return see(picture, (name, result) -> {});
    }

    List<PhotoThing> see(Picture picture, PhotoNet.Listener listener) {
        Objects.requireNonNull(picture, "picture");
        turns.acquireUninterruptibly();
        try {
            Workspace work = workspaces.acquire();
            try {
                PhotoFrame frame = input.write(picture, work.planes(), work.map(PhotoBlock.PICTURE));
                net.run(work.maps(), listener);
                return things(work, frame);
            } finally {
                workspaces.release(work);
            }
        } finally {
            turns.release();
        }
    }

    private List<PhotoThing> things(Workspace work, PhotoFrame frame) {
        List<Candidate> candidates = new ArrayList<>();
        for (PhotoConfiguration.Level level : configuration.levels()) {
            decoder.decode(work.map(level.from()), level.stride(), frame, candidates);
        }
        PhotoConfiguration.DecodeRule rule = configuration.decode();
        return Candidate.distinct(candidates, rule.overlap(), rule.things()).stream()
                .map(candidate -> thing(candidate, frame, work.map(PhotoBlock.PICTURE)))
                .toList();
    }

    private PhotoThing thing(Candidate candidate, PhotoFrame frame, FeatureMap picture) {
        float[] edges = candidate.edges();
        int left = Math.min((int) edges[0], frame.width() - 1);
        int top = Math.min((int) edges[1], frame.height() - 1);
        int right = Math.max((int) Math.ceil(edges[2]), left + 1);
        int bottom = Math.max((int) Math.ceil(edges[3]), top + 1);
        PhotoThing.Colour colour = input.colour(
                picture, frame.left() + left, frame.top() + top, frame.left() + right, frame.top() + bottom);
        PhotoThing.Box box = new PhotoThing.Box(
                edges[0] / frame.width(),
                edges[1] / frame.height(),
                candidate.width() / frame.width(),
                candidate.height() / frame.height());
        return new PhotoThing(candidate.guesses(GUESSES), box, colour);
    }
}
