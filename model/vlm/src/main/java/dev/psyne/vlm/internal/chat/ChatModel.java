package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.LoadListener;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.batch.Batch;
import dev.psyne.vlm.internal.batch.BatchOptions;
import dev.psyne.vlm.internal.batch.BatchStatistics;
import dev.psyne.vlm.internal.batch.Prompt;
import dev.psyne.vlm.internal.batch.Sequence;
import dev.psyne.vlm.internal.layer.WeightLifetime;
import dev.psyne.vlm.internal.vision.ImageInput;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A model that talks, as published at Hugging Face. Questions that are asked at the same time are answered in one batch;
 * what a conversation has in common with an earlier one, pictures included, is not computed again.
 */
public final class ChatModel implements Model {
    /** Pictures encoded at a time: each is shared by all workers already. */
    private static final int ENCODERS = 2;

    /** One part in so many of the memory is for pictures, the rest for keys and values. */
    private static final int PICTURES_SHARE = 8;

    private final ChatFiles files;
    private final Scheduler scheduler;
    private final ModelOptions options;
    private final int contextTokens;
    private final EncodedPictures pictures;
    private final Semaphore encoders = new Semaphore(ENCODERS, true);
    private final LoadedPart<Batch> batch = new LoadedPart<>();
    private volatile ModelInfo info;
    private volatile boolean closed;

    private ChatModel(ChatFiles files, Scheduler scheduler, ModelOptions options) {
        this.files = files;
        this.scheduler = scheduler;
        this.options = options;
        this.contextTokens = Math.min(options.contextTokens(), files.shape().maxPositions());
        this.pictures = new EncodedPictures(options.memoryBudgetBytes() / PICTURES_SHARE);
        this.info = files.info(contextTokens);
    }

    /**
     * Loads the model of a directory as published at Hugging Face.
     *
     * @throws ModelException if a file is missing, broken, or of an architecture that is not built
     */
    public static ChatModel load(Path directory, Scheduler scheduler, ModelOptions options, LoadListener listener) {
        ChatModel model = new ChatModel(ChatFiles.begin(directory, scheduler, options, listener), scheduler, options);
        try {
            model.load();
            return model;
        } catch (Throwable e) {
            model.close();
            throw e;
        }
    }

    /**
     * Begins to load it; the weights are taken by a job.
     *
     * @throws ModelException if what is read at once is missing or broken
     */
    public static ChatModel begin(Path directory, Scheduler scheduler, ModelOptions options, LoadListener listener) {
        ChatModel model = new ChatModel(ChatFiles.begin(directory, scheduler, options, listener), scheduler, options);
        try {
            scheduler.spawn(model::loadAsJob);
            return model;
        } catch (RuntimeException refused) {
            model.close();
            throw refused;
        }
    }

    private void loadAsJob() {
        try {
            load();
        } catch (RuntimeException | OutOfMemoryError told) {
            // Whoever waits for a part is told; this job has no other caller.
        }
    }

    private void load() {
        try {
            files.load();
            long forPictures = options.memoryBudgetBytes() / PICTURES_SHARE;
            BatchOptions limits =
                    BatchOptions.standard(options.memoryBudgetBytes() - forPictures, contextTokens, files.endTokens());
            info = files.info(contextTokens);
            batch.complete(new Batch(files.language(), scheduler, limits));
        } catch (Throwable e) {
            batch.fail(e);
            throw e;
        }
    }

    @Override
    public void awaitLoaded() throws InterruptedException {
        Batch _ = batch.await(new Cancellation());
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ModelFigures figures() {
        Batch loaded = batch.peek();
        if (loaded == null) {
            return ModelFigures.NONE;
        }
        BatchStatistics now = loaded.statistics();
        return new ModelFigures(
                now.active(),
                now.waiting(),
                now.pages(),
                now.pagesMost(),
                now.steps(),
                now.promptTokens(),
                now.cachedTokens(),
                now.tokens());
    }

    @Override
    public void check(Conversation conversation) {
        files.prompts().check(conversation);
    }

    @Override
    public Answer answer(Conversation conversation, Sampling sampling, TokenSink sink, Cancellation cancellation)
            throws InterruptedException {
        check(conversation);
        requireOpen();
        List<EncodedPictures.Encoded> encoded = new ArrayList<>();
        long encodeNanos = 0;
        for (Picture picture : conversation.pictures()) {
            PictureDigest digest = PictureDigest.of(picture);
            EncodedPictures.Encoded known = pictures.get(digest);
            if (known == null) {
                known = encode(picture, digest, cancellation);
                if (known == null) {
                    return begin(sampling, sink).cancelled(encodeNanos);
                }
                encodeNanos += known.encodeNanos();
            }
            encoded.add(known);
        }
        Batch loaded = batch.await(cancellation);
        ChatAnswer answer = begin(sampling, sink);
        if (loaded == null) {
            return answer.cancelled(encodeNanos);
        }
        Prompt prompt = files.prompts().build(conversation, encoded);
        Sequence sequence = loaded.submit(prompt, sampling);
        try {
            cancellation.onCancel(sequence::cancel);
            return answer.run(sequence, prompt.length(), encodeNanos, cancellation);
        } finally {
            sequence.cancel();
        }
    }

    private ChatAnswer begin(Sampling sampling, TokenSink sink) {
        return new ChatAnswer(files.tokenizer(), files.endTokens(), sampling, sink);
    }

    /** Encodes a picture as soon as what looks at it is loaded; nothing if that was cancelled. */
    private EncodedPictures.@Nullable Encoded encode(Picture picture, PictureDigest digest, Cancellation cancellation)
            throws InterruptedException {
        ImageInput input = files.eyes().await(cancellation);
        if (input == null) {
            return null;
        }
        encoders.acquire();
        try {
            // Another may have asked about it meanwhile.
            EncodedPictures.Encoded known = pictures.get(digest);
            return known == null ? encode(picture, digest, input, cancellation) : known;
        } finally {
            encoders.release();
        }
    }

    private EncodedPictures.@Nullable Encoded encode(
            Picture picture, PictureDigest digest, ImageInput input, Cancellation cancellation) {
        long begin = System.nanoTime();
        TileGrid grid = input.split(picture);
        Rows rows = Rows.allocate(
                grid.tiles().size() * input.tokens(), files.shape().width());
        for (int tile = 0; tile < grid.tiles().size(); tile++) {
            if (cancellation.isCancelled()) {
                return null;
            }
            encode(input, grid.tiles().get(tile), rows, tile * input.tokens());
        }
        String placeholder = input.placeholder(grid, files.prompts().imageToken());
        EncodedPictures.Encoded encoded =
                new EncodedPictures.Encoded(digest, placeholder, rows, System.nanoTime() - begin);
        pictures.put(encoded);
        return encoded;
    }

    private void encode(ImageInput input, Picture tile, Rows rows, int first) {
        files.lifetime().enter();
        try {
            input.encode(tile, rows, first);
        } finally {
            files.lifetime().leave();
        }
    }

    @Override
    public void warmUp() {
        try {
            ImageInput input = files.takesPictures() ? files.eyes().await(new Cancellation()) : null;
            if (input != null) {
                int size = input.imageSize();
                Picture blank = Picture.of(size, size, new byte[Picture.CHANNELS * size * size]);
                encode(input, blank, Rows.allocate(input.tokens(), files.shape().width()), 0);
            }
            answer(Conversation.of("Hello"), Sampling.greedy().withMaxTokens(2), token -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Pictures that need not be encoded again. */
    int rememberedPictures() {
        return pictures.count();
    }

    /** How long the weights may be used. */
    WeightLifetime lifetime() {
        return files.lifetime();
    }

    /** A model that could not be loaded says so, closed or not. */
    private void requireOpen() {
        Batch _ = batch.now();
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        endBatch();
        files.close();
        // Who was loading has left by now, maybe with a batch.
        endBatch();
        batch.fail(new IllegalStateException("the model is closed"));
        pictures.clear();
        ImageInput input = files.eyes().peek();
        if (input != null) {
            input.clear();
        }
    }

    private void endBatch() {
        Batch loaded = batch.peek();
        if (loaded != null) {
            loaded.close();
        }
    }
}
