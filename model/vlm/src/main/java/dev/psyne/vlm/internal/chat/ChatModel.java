package dev.psyne.vlm.internal.chat;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.image.TileGrid;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.TokenSink;
import dev.psyne.vlm.internal.batch.Batch;
import dev.psyne.vlm.internal.batch.BatchOptions;
import dev.psyne.vlm.internal.batch.BatchStatistics;
import dev.psyne.vlm.internal.batch.Prompt;
import dev.psyne.vlm.internal.batch.Sequence;
import dev.psyne.vlm.internal.vision.ImageInput;
import dev.psyne.vlm.internal.vision.PictureDigest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    private final PromptBuilder prompts;
    private final @Nullable ImageInput images;
    private final EncodedPictures pictures;
    private final Semaphore encoders = new Semaphore(ENCODERS, true);
    private final Batch batch;
    private final Set<Integer> endTokens;
    private final ModelInfo info;
    private volatile boolean closed;

    private ChatModel(ChatFiles files, Scheduler scheduler, ModelOptions options) {
        int context = Math.min(options.contextTokens(), files.language().shape().maxPositions());
        long forPictures = options.memoryBudgetBytes() / PICTURES_SHARE;
        this.files = files;
        this.images = files.images();
        this.prompts = files.prompts();
        this.endTokens = files.endTokens();
        this.pictures = new EncodedPictures(forPictures);
        BatchOptions limits = BatchOptions.standard(options.memoryBudgetBytes() - forPictures, context, endTokens);
        this.batch = new Batch(files.language(), scheduler, limits);
        this.info = files.info(context);
    }

    /**
     * Loads the model of a directory as published at Hugging Face.
     *
     * @throws ModelException if a file is missing, broken, or of an architecture that is not built
     */
    public static ChatModel load(Path directory, Scheduler scheduler, ModelOptions options) {
        return new ChatModel(ChatFiles.open(directory, scheduler, options), scheduler, options);
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ModelFigures figures() {
        BatchStatistics now = batch.statistics();
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
        prompts.check(conversation);
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
        ChatAnswer answer = begin(sampling, sink);
        Prompt prompt = prompts.build(conversation, encoded);
        Sequence sequence = batch.submit(prompt, sampling);
        try {
            cancellation.onCancel(sequence::cancel);
            return answer.run(sequence, prompt.length(), encodeNanos, cancellation);
        } finally {
            sequence.cancel();
        }
    }

    private ChatAnswer begin(Sampling sampling, TokenSink sink) {
        return new ChatAnswer(files.tokenizer(), endTokens, sampling, sink);
    }

    /** Encodes a picture; nothing if that was cancelled. */
    private EncodedPictures.@Nullable Encoded encode(Picture picture, PictureDigest digest, Cancellation cancellation)
            throws InterruptedException {
        ImageInput input = images;
        if (input == null) {
            throw new QuestionException("This model takes no pictures.");
        }
        encoders.acquire();
        try {
            // Another may have asked about it meanwhile.
            EncodedPictures.Encoded known = pictures.get(digest);
            if (known != null) {
                return known;
            }
            long begin = System.nanoTime();
            TileGrid grid = input.split(picture);
            Rows rows = Rows.allocate(
                    grid.tiles().size() * input.tokens(),
                    files.language().shape().width());
            for (int tile = 0; tile < grid.tiles().size(); tile++) {
                requireOpen();
                if (cancellation.isCancelled()) {
                    return null;
                }
                input.encode(grid.tiles().get(tile), rows, tile * input.tokens());
            }
            String placeholder = input.placeholder(grid, prompts.imageToken());
            EncodedPictures.Encoded encoded =
                    new EncodedPictures.Encoded(digest, placeholder, rows, System.nanoTime() - begin);
            pictures.put(encoded);
            return encoded;
        } finally {
            encoders.release();
        }
    }

    @Override
    public void warmUp() {
        ImageInput input = images;
        try {
            if (input != null) {
                int size = input.imageSize();
                Picture blank = Picture.of(size, size, new byte[Picture.CHANNELS * size * size]);
                input.encode(
                        blank,
                        Rows.allocate(input.tokens(), files.language().shape().width()),
                        0);
            }
            answer(Conversation.of("Hello"), Sampling.greedy().withMaxTokens(2), token -> true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
        batch.close();
        pictures.clear();
        if (images != null) {
            images.clear();
        }
        files.close();
    }
}
