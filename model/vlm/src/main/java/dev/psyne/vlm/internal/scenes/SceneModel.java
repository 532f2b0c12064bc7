package dev.psyne.vlm.internal.scenes;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.Linear;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.LessonPictures;
import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.TaughtThing;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import dev.psyne.vlm.internal.comparison.PictureQuestion;
import dev.psyne.vlm.internal.layer.WorkspacePool;
import dev.psyne.vlm.internal.photo.PhotoThing;
import dev.psyne.vlm.internal.photo.PhotoTower;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The embedded model: answers the last question of a conversation, a short one, about the pictures of the last message that
 * has any. The net sees one picture; what is said about two to four is put together from its answers about each.
 *
 * <p>Loading reads {@code model.json}, {@code tokenizer.json}, {@code model.safetensors} and the files of the photo tower,
 * checks them and packs the weights for the kernels; no file stays open. The weights are shared: as many answers as there are workers are in
 * progress, each in memory of its own, kept for the next one; others wait for their turn.
 */
public final class SceneModel implements Model {
    /** What {@link ModelInfo#architecture} says of it. */
    public static final String ARCHITECTURE = "psyne-scenes";

    /** Longest question looked at, in characters; the limit of tokens is the model's. */
    public static final int MAX_QUESTION_CHARACTERS = 4096;

    private static final int WARM_UP_ROUNDS = 4;

    /** Pictures in the photo tower together: one keeps all workers busy, and each takes megabytes. */
    private static final int PHOTOGRAPHS_AT_ONCE = 1;

    /** Most pictures remembered. */
    private static final int REMEMBERED_SCENES = 16;

    private final SceneConfiguration configuration;
    private final ModelInfo info;
    private final WordTokenizer tokenizer;
    private final PhotoTower photo;
    private final TwoTowers towers;
    private final Decoder decoder;
    private final WorkspacePool<EncoderWorkspace> encoderWork;
    private final WorkspacePool<Decoder.Workspace> decoderWork;
    private final Semaphore turns;
    private final RememberedScenes remembered;
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final int workers;
    private final TaughtScenes taught;
    private volatile Lessons lessons = Lessons.NONE;
    private volatile boolean closed;

    private SceneModel(Path directory, Scheduler scheduler, ModelOptions options) {
        this.configuration = SceneConfiguration.parse(JsonFields.read(directory.resolve(SceneConfiguration.FILE)));
        Path words = directory.resolve(WordTokenizer.FILE);
        byte[] tokenizerJson = JsonFields.bytes(words);
        this.tokenizer = WordTokenizer.parse(JsonFields.parse(words, tokenizerJson));
        requireIds(directory.resolve(SceneConfiguration.FILE));
        Path photoDescription = directory.resolve(PhotoTower.FILE);
        byte[] photoJson = JsonFields.bytes(photoDescription);
        Kernels kernels = Kernels.create(scheduler, options.kernels());
        try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(WeightReader.FILE));
                SafetensorsFile photoFile = SafetensorsFile.open(directory.resolve(PhotoTower.WEIGHTS_FILE))) {
            if (options.verifyHashes()) {
                SceneConfiguration.Hashes hashes = configuration.hashes();
                Digests.verify(words, MemorySegment.ofArray(tokenizerJson), hashes.tokenizer());
                Digests.verify(file.file(), file.segment(), hashes.weights());
                Digests.verify(photoDescription, MemorySegment.ofArray(photoJson), hashes.photo());
                Digests.verify(photoFile.file(), photoFile.segment(), hashes.photoWeights());
            }
            WeightReader reader = new WeightReader(file, kernels, options.precision());
            int width = configuration.decoder().width();
            Linear embedding = reader.linear("embedding.weight", tokenizer.vocabulary(), width);
            this.towers = new TwoTowers(reader, configuration, embedding);
            this.decoder = new Decoder(reader, configuration, embedding, towers.names());
            reader.end();
            this.info = info(directory, file, photoFile, reader.describe());
        }
        this.photo = PhotoTower.load(directory, kernels, PHOTOGRAPHS_AT_ONCE, false);
        requireKinds(directory.resolve(SceneConfiguration.FILE));
        long room = options.memoryBudgetBytes() / configuration.sceneBytes();
        this.remembered = new RememberedScenes((int) Math.clamp(room, 1, REMEMBERED_SCENES));
        this.workers = scheduler.workers();
        this.turns = new Semaphore(workers, true);
        this.encoderWork = new WorkspacePool<>(workers, () -> new EncoderWorkspace(configuration));
        this.decoderWork = new WorkspacePool<>(workers, decoder::allocate);
        this.taught = new TaughtScenes(configuration, tokenizer, towers.names(), decoder, encoderWork);
    }

    /** Loads a model with {@link ModelOptions#standard()}. */
    public static SceneModel load(Path directory, Scheduler scheduler) {
        return load(directory, scheduler, ModelOptions.standard());
    }

    /**
     * Loads a model.
     *
     * @throws ModelException if a file is missing, broken, of another version or not what the others say it is
     */
    public static SceneModel load(Path directory, Scheduler scheduler, ModelOptions options) {
        return new SceneModel(directory, scheduler, options);
    }

    private void requireIds(Path file) {
        int vocabulary = tokenizer.vocabulary();
        String wanted = "an id below " + vocabulary + ", the size of the vocabulary";
        for (int id : configuration.names()) {
            if (id >= vocabulary) {
                throw new ModelException(file, "names", Integer.toString(id), wanted);
            }
        }
        int unsure = configuration.answer().unsure();
        if (unsure >= vocabulary) {
            throw new ModelException(file, "answer.unsure", Integer.toString(unsure), wanted);
        }
    }

    private void requireKinds(Path file) {
        int kinds = configuration.photo().names().size();
        int known = photo.names().size();
        if (kinds != known) {
            throw new ModelException(file, "photo.names", kinds + " names", known + ", one for each kind of the tower");
        }
    }

    private ModelInfo info(Path directory, SafetensorsFile file, SafetensorsFile photoFile, String weights) {
        return new ModelInfo(
                configuration.name(),
                ARCHITECTURE,
                configuration.description(),
                configuration.knows(),
                configuration.license(),
                file.elements() + photoFile.elements(),
                file.bytes() + photoFile.bytes(),
                weights,
                configuration.hashes().weights(),
                configuration.questionTokens() + configuration.answerTokens(),
                true,
                configuration.image().size(),
                PictureQuestion.MAX_PICTURES,
                directory);
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ModelFigures figures() {
        return new ModelFigures(
                workers - turns.availablePermits(),
                turns.getQueueLength(),
                0,
                0,
                tokens.sum(),
                promptTokens.sum(),
                0,
                tokens.sum());
    }

    SceneConfiguration configuration() {
        return configuration;
    }

    Decoder decoder() {
        return decoder;
    }

    NameMatch names() {
        return towers.names();
    }

    @Override
    public void check(Conversation conversation) {
        AskedConversation.of(conversation).parts().forEach(part -> taught.check(part, lessons));
    }

    @Override
    public boolean isTeachable() {
        return true;
    }

    @Override
    public String checkName(String name) {
        return taught.checkName(name);
    }

    @Override
    public TaughtThing teach(String name, LessonPictures pictures, Instant taughtAt) throws InterruptedException {
        requireOpen();
        TaughtScenes.Course course = taught.begin(name, pictures.count());
        for (int i = 0; i < pictures.count(); i++) {
            Picture picture = pictures.picture(i);
            course.requireNew(i, picture);
            turns.acquire();
            try (Scene scene = encode(picture)) {
                course.see(scene);
            } finally {
                turns.release();
            }
        }
        return course.learn(taughtAt);
    }

    @Override
    public void know(Lessons known) {
        taught.check(known);
        lessons = known;
    }

    @Override
    public Lessons known() {
        return lessons;
    }

    @Override
    public Answer answer(Conversation conversation, Sampling sampling, TokenSink sink, Cancellation cancellation)
            throws InterruptedException {
        AskedConversation asked = AskedConversation.of(conversation);
        Lessons known = lessons;
        asked.parts().forEach(part -> taught.check(part, known));
        requireOpen();
        turns.acquire();
        try {
            PictureQuestion several = asked.several();
            if (several != null) {
                return answer(several, asked.pictures(), sampling, sink, cancellation);
            }
            Seen seen = see(asked.pictures().getFirst());
            Asked question = taught.ask(seen.scene(), asked.question(), known);
            TokenSink wanted = token -> !cancellation.isCancelled() && sink.accept(token);
            return answer(seen.scene(), question, sampling, wanted, seen.encodeNanos());
        } finally {
            turns.release();
        }
    }

    private Answer answer(
            PictureQuestion question,
            List<Picture> pictures,
            Sampling sampling,
            TokenSink sink,
            Cancellation cancellation) {
        Map<Integer, Scene> scenes = new HashMap<>();
        long encodeNanos = 0;
        for (int picture : question.pictures()) {
            if (!cancellation.isCancelled()) {
                Seen seen = see(pictures.get(picture));
                scenes.put(picture, seen.scene());
                encodeNanos += seen.encodeNanos();
            }
        }
        TokenSink wanted = token -> !cancellation.isCancelled() && sink.accept(token);
        JoinedAnswer joined = new JoinedAnswer(tokenizer, sampling, wanted, encodeNanos);
        return new SeveralPictures(this, scenes, sampling, cancellation)
                .answer(question, configuration.answer().sentence(), joined);
    }

    /** A picture's scene and what it took to encode; nothing if it was known. */
    private record Seen(Scene scene, long encodeNanos) {}

    private Seen see(Picture picture) {
        PictureDigest digest = PictureDigest.of(picture);
        Scene known = remembered.get(digest);
        Scene scene = known == null ? encode(picture) : known;
        remembered.put(digest, scene);
        return new Seen(scene, known == null ? scene.encodeNanos() : 0);
    }

    /** Encodes a picture, to be asked about. */
    public Scene encode(Picture picture) {
        requireOpen();
        long startNanos = System.nanoTime();
        return encode(picture, photo.see(picture), startNanos);
    }

    /** Encodes a picture in which the photo tower saw the things given. */
    Scene encode(Picture picture, List<PhotoThing> things) {
        requireOpen();
        return encode(picture, things, System.nanoTime());
    }

    private Scene encode(Picture picture, List<PhotoThing> things, long startNanos) {
        EncoderWorkspace work = encoderWork.acquire();
        try {
            SceneFeatures features = towers.look(picture, things, work);
            KeyValueCache prefix = decoder.prefix(features, work);
            return new Scene(this, features, prefix, System.nanoTime() - startNanos);
        } finally {
            encoderWork.release(work);
        }
    }

    @Override
    public void warmUp() {
        int size = configuration.image().size();
        Picture blank = Picture.of(size, size, new byte[Picture.CHANNELS * size * size]);
        int[] prompt = {WordTokenizer.BEGIN, configuration.names().getFirst(), WordTokenizer.SEPARATOR};
        // In a turn, so that no more memory to work in is taken than answers take.
        turns.acquireUninterruptibly();
        try {
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                try (Scene scene = encode(blank)) {
                    Asked asked = new Asked(prompt, scene.features(), Map.of());
                    answer(scene, asked, Sampling.greedy(), token -> true, scene.encodeNanos());
                }
            }
        } finally {
            turns.release();
        }
    }

    /**
     * Refuses a question that {@link #ask} would refuse.
     *
     * @throws QuestionException if it has no word, or more than the model takes
     */
    public void checkQuestion(String question) {
        taught.check(question, lessons);
    }

    /**
     * Answers a question about a scene of this model. Each token is given to the sink as it is chosen, on the calling
     * thread; the answer ends when the sink returns false. An exception of the sink ends it and is passed on.
     *
     * @throws QuestionException as {@link #checkQuestion} says
     */
    public Answer ask(Scene scene, String question, Sampling sampling, TokenSink sink) {
        requireOpen();
        if (scene.model() != this) {
            throw new IllegalArgumentException("the scene was encoded by another model");
        }
        return answer(scene, taught.ask(scene, question, lessons), sampling, sink, scene.encodeNanos());
    }

    private Answer answer(Scene scene, Asked asked, Sampling sampling, TokenSink sink, long encodeNanos) {
        Decoder.Workspace work = decoderWork.acquire();
        try {
            decoder.begin(scene.prefix(), asked.features(), work);
            Answer answer =
                    new Generation(decoder, work, asked, configuration, tokenizer, sampling, sink).run(encodeNanos);
            promptTokens.add(answer.promptTokens());
            tokens.add(answer.tokens());
            return answer;
        } finally {
            decoderWork.release(work);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        remembered.clear();
        encoderWork.clear();
        decoderWork.clear();
    }
}
