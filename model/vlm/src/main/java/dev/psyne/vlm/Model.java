package dev.psyne.vlm;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.Linear;
import dev.psyne.vlm.internal.checkpoint.Digests;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.checkpoint.SafetensorsFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A vision-language model: answers short questions about a picture.
 *
 * <pre>{@code
 * try (Model model = Model.load(directory, scheduler); Scene scene = model.encode(picture)) {
 *     Answer answer = model.ask(scene, "What is this?", Sampling.greedy(), token -> true);
 * }
 * }</pre>
 *
 * <p>Loading reads {@code model.json}, {@code tokenizer.json} and {@code model.safetensors}, checks them and packs the
 * weights for the kernels; no file stays open. The weights are shared: any number of threads may encode and ask at the
 * same time, each call works in memory of its own, kept for the next one. Large products run as jobs on the scheduler,
 * which must outlive the model. The caller bounds how much is in progress.
 */
public final class Model implements AutoCloseable {
    /** Longest question looked at, in characters; the limit of tokens is the model's. */
    public static final int MAX_QUESTION_CHARACTERS = 4096;

    private static final int WARM_UP_ROUNDS = 4;

    private final ModelConfiguration configuration;
    private final ModelInfo info;
    private final WordTokenizer tokenizer;
    private final PictureInput pictures;
    private final ImageEncoder encoder;
    private final NameMatch names;
    private final Decoder decoder;
    private final WorkspacePool<EncoderWorkspace> encoderWork;
    private final WorkspacePool<Decoder.Workspace> decoderWork;
    private volatile boolean closed;

    private Model(Path directory, Scheduler scheduler, ModelOptions options) {
        this.configuration = ModelConfiguration.parse(JsonFields.read(directory.resolve(ModelConfiguration.FILE)));
        Path words = directory.resolve(WordTokenizer.FILE);
        byte[] tokenizerJson = JsonFields.bytes(words);
        this.tokenizer = WordTokenizer.parse(JsonFields.parse(words, tokenizerJson));
        requireIds(directory.resolve(ModelConfiguration.FILE));
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
        int room = scheduler.workers() + 1;
        this.encoderWork = new WorkspacePool<>(room, () -> new EncoderWorkspace(configuration));
        this.decoderWork = new WorkspacePool<>(room, decoder::allocate);
    }

    /** Loads a model with {@link ModelOptions#standard()}. */
    public static Model load(Path directory, Scheduler scheduler) {
        return load(directory, scheduler, ModelOptions.standard());
    }

    /**
     * Loads a model.
     *
     * @throws ModelException if a file is missing, broken, of another version or not what the others say it is
     */
    public static Model load(Path directory, Scheduler scheduler, ModelOptions options) {
        return new Model(directory, scheduler, options);
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
                ModelConfiguration.VERSION,
                configuration.description(),
                configuration.knows(),
                configuration.license(),
                file.elements(),
                file.bytes(),
                configuration.weightsHash(),
                configuration.questionTokens(),
                configuration.image().size(),
                directory);
    }

    /** What the model says of itself. */
    public ModelInfo info() {
        return info;
    }

    ModelConfiguration configuration() {
        return configuration;
    }

    Decoder decoder() {
        return decoder;
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
            List<KeyValues> prefix = decoder.prefix(features, work);
            return new Scene(this, features, prefix, System.nanoTime() - startNanos);
        } finally {
            encoderWork.release(work);
        }
    }

    /**
     * Encodes a blank picture and answers about it, a few times, so that the first caller finds compiled code. Takes a
     * second or two of processor time; may run beside other calls.
     */
    public void warmUp() {
        int size = configuration.image().size();
        Picture blank = Picture.of(size, size, new byte[Picture.CHANNELS * size * size]);
        int[] prompt = {WordTokenizer.BEGIN, configuration.names().getFirst(), WordTokenizer.SEPARATOR};
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            try (Scene scene = encode(blank)) {
                answer(scene, prompt, Sampling.greedy(), token -> true);
            }
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
        return answer(scene, prompt(question), sampling, sink);
    }

    private Answer answer(Scene scene, int[] prompt, Sampling sampling, TokenSink sink) {
        Decoder.Workspace work = decoderWork.acquire();
        try {
            decoder.begin(scene.prefix(), work);
            return new Generation(decoder, work, scene, configuration, tokenizer, sampling, sink)
                    .run(prompt, scene.encodeNanos());
        } finally {
            decoderWork.release(work);
        }
    }

    private int[] prompt(String question) {
        Objects.requireNonNull(question, "question");
        if (question.length() > MAX_QUESTION_CHARACTERS) {
            throw new QuestionException("The question has " + question.length() + " characters; ask in at most "
                    + MAX_QUESTION_CHARACTERS + ".");
        }
        int[] words = tokenizer.encode(question);
        if (words.length == 0) {
            throw new QuestionException("The question has no word in it; ask something about the picture.");
        }
        if (words.length > configuration.questionTokens()) {
            throw new QuestionException("The question is too long for this model: it takes " + words.length
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

    /** Lets the memory of idle calls go; calls in progress finish, new ones throw {@link IllegalStateException}. */
    @Override
    public void close() {
        closed = true;
        encoderWork.clear();
        decoderWork.clear();
    }
}
