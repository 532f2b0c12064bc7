package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.channel.Channels;
import dev.psyne.fiber.Scheduler;
import dev.psyne.image.ImageLimits;
import dev.psyne.memory.ByteBudget;
import dev.psyne.telemetry.Meters;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation.Role;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many ask at once, and some leave. */
class CrowdTest {
    private static final int CALLERS = 5_000;
    private static final long BUDGET_BYTES = 8L << 20;

    private Scheduler scheduler;
    private Meters meters;
    private Channels channels;
    private ServedModels models;
    private ByteBudget budget;
    private Vision vision;

    @BeforeEach
    void start() {
        scheduler = Scheduler.create(2);
        meters = Meters.create();
        channels = new Channels(meters);
        models = new ServedModels(List.of(ModelSource.at(RunningNode.TALKING)), scheduler, ModelMemory.standard());
        budget = new ByteBudget(BUDGET_BYTES);
        vision = new Vision(models, scheduler, channels, budget, NodeLimits.standard());
    }

    @AfterEach
    void stop() {
        models.close();
        scheduler.close();
        channels.close();
        meters.close();
    }

    /** A far end that takes everything until it is told to leave. */
    private record Listener(Cancellation cancellation, CountDownLatch heard, CountDownLatch goOn) implements TokenFlow {
        static Listener patient() {
            return new Listener(new Cancellation(), new CountDownLatch(1), new CountDownLatch(0));
        }

        @Override
        public boolean permit() throws InterruptedException {
            heard.countDown();
            goOn.await();
            return true;
        }

        @Override
        public boolean deliver(TokenMessage token) {
            return true;
        }
    }

    private static Question question(List<Question.Part> parts, int tokens) {
        return new Question(
                Optional.empty(),
                List.of(new Question.Message(Role.USER, parts)),
                Sampling.greedy().withMaxTokens(tokens));
    }

    @Test
    void eachOfThousandsIsAnsweredOrToldToComeBack() throws Exception {
        MemorySegment picture = MemorySegment.ofArray(
                Files.readAllBytes(RunningNode.TALKING.resolveSibling("images").resolve("tiny.png")));
        Question question = question(List.of(new Question.PictureFile(picture), new Question.Words("What is it?")), 2);
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                Future<?> _ = callers.submit(() -> {
                    try {
                        Answer answer = vision.ask(question, Listener.patient());
                        assertEquals(FinishReason.LENGTH, answer.reason());
                        answered.incrementAndGet();
                    } catch (RuntimeException e) {
                        assertEquals(
                                Refusal.BUSY, Refusal.of(e).orElseThrow(() -> e).status());
                        refused.incrementAndGet();
                    }
                    return null;
                });
            }
        }
        assertEquals(CALLERS, answered.get() + refused.get());
        assertTrue(answered.get() > 0);
        assertEquals(0, budget.used());
        assertEquals(0, vision.slots().busy());
        assertEquals(0, vision.slots().waiting());
        assertEquals(
                FinishReason.LENGTH, vision.ask(question, Listener.patient()).reason());
    }

    @Test
    void picturesThatDoNotFitTogetherWaitForEachOther() throws Exception {
        // One takes two thirds of what pictures may take at once.
        MemorySegment picture = MemorySegment.ofArray(
                Files.readAllBytes(RunningNode.TALKING.resolveSibling("images").resolve("landscape.png")));
        Question question = question(List.of(new Question.PictureFile(picture), new Question.Words("What is it?")), 1);
        long bytes = new PictureMemory(budget, ImageLimits.standard()).decodedBytes(question);
        ByteBudget small = new ByteBudget(3 * bytes);
        Vision crowded = new Vision(models, scheduler, channels, small, NodeLimits.standard());
        List<Future<Answer>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                answers.add(callers.submit(() -> crowded.ask(question, Listener.patient())));
            }
        }
        for (Future<Answer> answer : answers) {
            assertEquals(FinishReason.LENGTH, answer.get().reason());
        }
        assertEquals(0, small.used());
    }

    @Test
    void whoLeavesFreesTheSequenceWhileTheSinkStillWaits() throws Exception {
        Listener leaving = new Listener(new Cancellation(), new CountDownLatch(1), new CountDownLatch(1));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> call = callers.submit(
                    () -> vision.ask(question(List.of(new Question.Words("Talk on and on.")), 5_000), leaving));
            leaving.heard().await();
            while (models.figures().active() != 1) {
                Thread.onSpinWait();
            }
            leaving.cancellation().cancel();
            // The asker's thread still waits for credit: the batch does not wait for it.
            while (models.figures().active() != 0) {
                Thread.onSpinWait();
            }
            leaving.goOn().countDown();
            assertEquals(FinishReason.CANCELLED, call.get().reason());
        }
    }
}
