package dev.psyne.vlm;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.internal.chat.ChatModel;
import dev.psyne.vlm.internal.scenes.SceneModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A model that answers: about pictures, or in words alone.
 *
 * <pre>{@code
 * try (Model model = Model.load(directory, scheduler)) {
 *     Conversation conversation = Conversation.about(picture, "What is this?");
 *     Answer answer = model.answer(conversation, Sampling.greedy(), token -> true);
 * }
 * }</pre>
 *
 * <p>Any number of threads and fibers may ask at the same time; what bounds them is the model's own memory, and who waits
 * for it waits without holding a worker. A picture that was asked about before is not encoded again as long as there is
 * room to keep it. Large products run as jobs on the scheduler, which must outlive the model.
 */
public interface Model extends AutoCloseable {

    /** Loads a model with {@link ModelOptions#standard()}. */
    static Model load(Path path, Scheduler scheduler) {
        return load(path, scheduler, ModelOptions.standard());
    }

    /**
     * Loads a model: a directory of ours, or one as published at Hugging Face.
     *
     * @throws ModelException if a file is missing, broken, of another version or not what the others say it is
     */
    static Model load(Path path, Scheduler scheduler, ModelOptions options) {
        return load(path, scheduler, options, progress -> {});
    }

    /**
     * As above, and tells how far it is; what the listener throws is passed on.
     *
     * @throws ModelException if a file is missing, broken, of another version or not what the others say it is
     */
    static Model load(Path path, Scheduler scheduler, ModelOptions options, LoadListener listener) {
        return isOurs(path)
                ? loaded(SceneModel.load(path, scheduler, options), listener)
                : ChatModel.load(path, scheduler, options, listener);
    }

    /**
     * Begins to load a model: what its files say of it has been read on return, its weights are by a job of the scheduler,
     * those first that look at pictures. It may be asked at once: pictures are encoded as soon as their half is there, the
     * answer begins with the rest, and fails as {@link #awaitLoaded} does if that cannot be loaded. One that is closed
     * meanwhile is loaded no further.
     *
     * @throws ModelException if what is read at once is missing or broken; nothing is left open
     */
    static Model begin(Path path, Scheduler scheduler, ModelOptions options, LoadListener listener) {
        return isOurs(path)
                ? loaded(SceneModel.load(path, scheduler, options), listener)
                : ChatModel.begin(path, scheduler, options, listener);
    }

    private static boolean isOurs(Path path) {
        return Files.exists(path.resolve("model.json"));
    }

    private static Model loaded(Model model, LoadListener listener) {
        long bytes = model.info().fileBytes();
        try {
            listener.progress(new LoadProgress(bytes, bytes));
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Waits until all of it is there; at once for one that was not begun but loaded.
     *
     * @throws ModelException if it cannot be loaded; it must be closed all the same
     * @throws IllegalStateException if it was closed
     * @throws InterruptedException if the thread is interrupted meanwhile; the loading goes on
     */
    default void awaitLoaded() throws InterruptedException {}

    /** What the model says of itself; how its weights are held, and what it sees, only once it is loaded. */
    ModelInfo info();

    /**
     * Refuses a conversation that {@link #answer} would refuse before it looks at pictures.
     *
     * @throws QuestionException if the model does not take it
     */
    void check(Conversation conversation);

    /**
     * Answers. Each token is given to the sink as it is chosen, on the calling thread; the answer ends when the sink
     * returns false. An exception of the sink ends it and is passed on.
     *
     * <p>A cancelled answer ends at once, wherever it is: while it waits for its turn, at the next tile of a picture, before
     * the next step of the decoder. What it held is free for others from then on.
     *
     * @throws QuestionException as {@link #check} says
     * @throws ContextLengthException if the conversation is longer than the model's context
     * @throws ModelBusyException if more is being asked than the model has room for
     * @throws InterruptedException if the thread is interrupted while it waits for its turn
     */
    Answer answer(Conversation conversation, Sampling sampling, TokenSink sink, Cancellation cancellation)
            throws InterruptedException;

    /** Answers what nobody cancels but by the sink. */
    default Answer answer(Conversation conversation, Sampling sampling, TokenSink sink) throws InterruptedException {
        return answer(conversation, sampling, sink, new Cancellation());
    }

    /** Whether it can be taught things; {@link #teach} and {@link #know} refuse otherwise. */
    default boolean isTeachable() {
        return false;
    }

    /**
     * Learns what a thing looks like from pictures of it. The model does not know it yet: that takes {@link #know}, with
     * this and all else that it was taught.
     *
     * @param name what it is to be called; no name the model knows by itself
     * @param pictures 3 to 10, in which the thing is large and, at best, alone
     * @param taughtAt when, to be kept with it
     * @throws LessonException if the name, or a picture, cannot be taught
     * @throws UnsupportedOperationException if the model cannot be taught
     * @throws InterruptedException if the thread is interrupted while it waits for its turn
     */
    default TaughtThing teach(String name, LessonPictures pictures, Instant taughtAt) throws InterruptedException {
        throw unteachable();
    }

    /**
     * From now on knows these things, and no others, besides what it knows by itself. Answers that have begun go on with
     * what was known before.
     *
     * @throws IllegalArgumentException if one was not taught to this model
     * @throws UnsupportedOperationException if the model cannot be taught, unless there is nothing to know
     */
    default void know(Lessons lessons) {
        if (!lessons.things().isEmpty()) {
            throw unteachable();
        }
    }

    /** What {@link #know} said last. */
    default Lessons known() {
        return Lessons.NONE;
    }

    /**
     * The name as a thing can have it that is taught to this model.
     *
     * @throws LessonException if it is no name, or the model knows it by itself
     * @throws UnsupportedOperationException if the model cannot be taught
     */
    default String checkName(String name) {
        throw unteachable();
    }

    private UnsupportedOperationException unteachable() {
        return new UnsupportedOperationException(
                "The model " + info().name() + " cannot be taught things; the embedded model can.");
    }

    /** What the model has done, and does. */
    ModelFigures figures();

    /** Runs what a first caller would find slow: compiles, reads weights. May run beside other calls. */
    void warmUp();

    /**
     * Ends it: calls in progress end, new ones throw {@link IllegalStateException}. Waits for the products that are being
     * computed, some milliseconds, and gives the memory of the weights back before it returns; should one take longer than
     * ten seconds, the memory ends with it.
     */
    @Override
    void close();
}
