package dev.psyne.vlm.internal.scenes;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.KeyValueCache;
import dev.psyne.tensor.Linear;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.ContextLengthException;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import dev.psyne.vlm.internal.layer.WorkspacePool;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The embedded model: answers short questions about the last picture of a conversation; of the rest of it only the last
 * question counts.
 *
 * <p>Loading reads {@code model.json}, {@code tokenizer.json} and {@code model.safetensors}, checks them and packs the
 * weights for the kernels; no file stays open. The weights are shared: as many answers as there are workers are in
 * progress, each in memory of its own, kept for the next one; others wait for their turn.
 */
public final class SceneModel implements Model {
    /** What {@link ModelInfo#architecture} says of it. */
    public static final String ARCHITECTURE = "psyne-scenes";

    /** Longest question looked at, in characters; the limit of tokens is the model's. */
    public static final int MAX_QUESTION_CHARACTERS = 4096;

    private static final int WARM_UP_ROUNDS = 4;

    /** Most pictures remembered. */
    private static final int REMEMBERED_SCENES = 16;

    private final SceneConfiguration configuration;
    private final ModelInfo info;
    private final WordTokenizer tokenizer;
    private final PictureInput pictures;
    private final ImageEncoder encoder;
    private final NameMatch names;
    private final Decoder decoder;
    private final WorkspacePool<EncoderWorkspace> encoderWork;
    private final WorkspacePool<Decoder.Workspace> decoderWork;
    private final Semaphore turns;
    private final RememberedScenes remembered;
    private final LongAdder promptTokens = new LongAdder();
    private final LongAdder tokens = new LongAdder();
    private final int workers;
    private volatile boolean closed;

    private SceneModel(Path directory, Scheduler scheduler, ModelOptions options) {
        this.configuration = SceneConfiguration.parse(JsonFields.read(directory.resolve(SceneConfiguration.FILE)));
        Path words = directory.resolve(WordTokenizer.FILE);
        byte[] tokenizerJson = JsonFields.bytes(words);
        this.tokenizer = WordTokenizer.parse(JsonFields.parse(words, tokenizerJson));
        requireIds(directory.resolve(SceneConfiguration.FILE));
        this.pictures = new PictureInput(configuration.image());
        Path weights = directory.resolve(WeightReader.FILE);
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            if (options.verifyHashes()) {
                Digests.verify(words, MemorySegment.ofArray(tokenizerJson), configuration.tokenizerHash());
                Digests.verify(weights, file.segment(), configuration.weightsHash());
            }
            WeightReader reader = new WeightReader(file, Kernels.create(scheduler, options.kernels()));
            int width = configuration.decoder().width();
            Linear embedding = reader.linear("embedding.weight", tokenizer.vocabulary(), width);
            this.encoder = new ImageEncoder(reader, configuration.encoder());
            this.names = new NameMatch(reader, embedding, configuration.names());
            this.decoder = new Decoder(reader, configuration, embedding, names);
            reader.end();
            this.info = info(directory, file);
        }
        long room = options.memoryBudgetBytes() / configuration.sceneBytes();
        this.remembered = new RememberedScenes((int) Math.clamp(room, 1, REMEMBERED_SCENES));
        this.workers = scheduler.workers();
        this.turns = new Semaphore(workers, true);
        this.encoderWork = new WorkspacePool<>(workers, () -> new EncoderWorkspace(configuration));
        this.decoderWork = new WorkspacePool<>(workers, decoder::allocate);
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

    private ModelInfo info(Path directory, SafetensorsFile file) {
        return new ModelInfo(
                configuration.name(),
                ARCHITECTURE,
                configuration.description(),
                configuration.knows(),
                configuration.license(),
                file.elements(),
                file.bytes(),
                "I8, a scale for each output",
                configuration.weightsHash(),
                configuration.questionTokens() + configuration.answerTokens(),
                true,
                configuration.image().size(),
                1,
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

    @Override
    public void check(Conversation conversation) {
        if (conversation.pictures().isEmpty()) {
            throw new QuestionException("This model answers about pictures; add one to the question.");
        }
        prompt(question(conversation));
    }

    private static String question(Conversation conversation) {
        for (Conversation.Turn turn : conversation.turns().reversed()) {
            if (turn.role() == Conversation.Role.USER && !turn.text().isBlank()) {
                return turn.text();
            }
        }
        return "";
    }

    @Override
    public Answer answer(Conversation conversation, Sampling sampling, TokenSink sink, Cancellation cancellation)
            throws InterruptedException {
        check(conversation);
        requireOpen();
        Picture picture = conversation.pictures().getLast();
        turns.acquire();
        try {
            PictureDigest digest = PictureDigest.of(picture);
            Scene known = remembered.get(digest);
            Scene scene = known == null ? encode(picture) : known;
            remembered.put(digest, scene);
            long encodeNanos = known == null ? scene.encodeNanos() : 0;
            int[] prompt = prompt(question(conversation));
            return answer(
                    scene, prompt, sampling, token -> !cancellation.isCancelled() && sink.accept(token), encodeNanos);
        } finally {
            turns.release();
        }
    }

    /** Encodes a picture, to be asked about. */
    public Scene encode(Picture picture) {
        requireOpen();
        long startNanos = System.nanoTime();
        EncoderWorkspace work = encoderWork.acquire();
        try {
            pictures.write(picture, work.planes());
            SceneFeatures features = SceneFeatures.allocate(
                    configuration.encoder().cells(),
                    configuration.decoder().width(),
                    configuration.names().size());
            encoder.run(work, features.regions());
            names.describe(features, work);
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
                    answer(scene, prompt, Sampling.greedy(), token -> true, scene.encodeNanos());
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
        prompt(question);
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
        return answer(scene, prompt(question), sampling, sink, scene.encodeNanos());
    }

    private Answer answer(Scene scene, int[] prompt, Sampling sampling, TokenSink sink, long encodeNanos) {
        Decoder.Workspace work = decoderWork.acquire();
        try {
            decoder.begin(scene.prefix(), work);
            Answer answer = new Generation(decoder, work, scene, configuration, tokenizer, sampling, sink)
                    .run(prompt, encodeNanos);
            promptTokens.add(answer.promptTokens());
            tokens.add(answer.tokens());
            return answer;
        } finally {
            decoderWork.release(work);
        }
    }

    private int[] prompt(String question) {
        Objects.requireNonNull(question, "question");
        if (question.length() > MAX_QUESTION_CHARACTERS) {
            throw new ContextLengthException("The question has " + question.length() + " characters; ask in at most "
                    + MAX_QUESTION_CHARACTERS + ".");
        }
        int[] words = tokenizer.encode(question);
        if (words.length == 0) {
            throw new QuestionException("The question has no word in it; ask something about the picture.");
        }
        if (words.length > configuration.questionTokens()) {
            throw new ContextLengthException("The question is too long for this model: it takes " + words.length
                    + " tokens of " + configuration.questionTokens() + "; ask in fewer words.");
        }
        int[] prompt = new int[words.length + 2];
        prompt[0] = WordTokenizer.BEGIN;
        System.arraycopy(words, 0, prompt, 1, words.length);
        prompt[words.length + 1] = WordTokenizer.SEPARATOR;
        return prompt;
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
