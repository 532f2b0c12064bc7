package dev.psyne.vlm.internal.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.LoadListener;
import dev.psyne.vlm.LoadProgress;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.PackedWeights;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import dev.psyne.vlm.internal.GoldenCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model is asked while it is being read, tells how far it is, and leaves nothing behind when it is closed. */
class LoadingTest {
    private static final Sampling SIXTEEN = Sampling.greedy().withMaxTokens(16);
    private static final int ROUNDS = 15;
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    private static Scheduler scheduler;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    /** Holds the loading up where the tower is there and the decoder is not, until it is opened. */
    private static final class Gate implements LoadListener {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final long towerBytes;

        Gate(GoldenCheckpoint golden, String decoder) {
            towerBytes = golden.weights().names().stream()
                    .filter(name -> !name.startsWith(decoder) && !name.startsWith("lm_head"))
                    .mapToLong(name -> golden.weights().tensor(name).segment().byteSize())
                    .sum();
        }

        @Override
        public void progress(LoadProgress progress) {
            if (progress.doneBytes() > towerBytes) {
                reached.countDown();
                await(open);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> FutureTask<T> begin(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().start(task);
        return task;
    }

    private static Gate smolGate(GoldenCheckpoint golden) {
        return new Gate(golden, "model.text_model.");
    }

    private static ChatModel model(GoldenCheckpoint golden, ModelOptions options, LoadListener listener) {
        return ChatModel.begin(golden.directory(), scheduler, options, listener);
    }

    private static Conversation question(GoldenCheckpoint golden) {
        return Conversation.about(golden.pictures("one").getFirst(), "What is this?");
    }

    @Test
    void picturesAreEncodedWhileTheDecoderIsBeingRead() throws Exception {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2");
                Model reference = Model.load(golden.directory(), scheduler)) {
            Gate gate = smolGate(golden);
            try (ChatModel model = model(golden, ModelOptions.standard(), gate)) {
                gate.reached.await();
                FutureTask<Answer> answer = begin(() -> model.answer(question(golden), SIXTEEN, token -> true));
                while (model.rememberedPictures() == 0) {
                    Thread.onSpinWait();
                }
                assertFalse(answer.isDone());
                assertTrue(model.info().takesPictures());
                gate.open.countDown();
                assertEquals(
                        reference
                                .answer(question(golden), SIXTEEN, token -> true)
                                .text(),
                        answer.get().text());
                model.awaitLoaded();
                assertEquals(reference.info().weights(), model.info().weights());
                assertEquals(reference.info().imageSize(), model.info().imageSize());
            }
        }
    }

    @Test
    void whoIsCancelledDoesNotWaitForTheDecoder() throws Exception {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2")) {
            Gate gate = smolGate(golden);
            try (ChatModel model = model(golden, ModelOptions.standard(), gate)) {
                Cancellation cancellation = new Cancellation();
                FutureTask<Answer> answer =
                        begin(() -> model.answer(question(golden), SIXTEEN, token -> true, cancellation));
                gate.reached.await();
                cancellation.cancel();
                assertEquals(FinishReason.CANCELLED, answer.get().reason());
                gate.open.countDown();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theBytesReadAreToldInRisingPercent(boolean cached) throws Exception {
        ModelOptions plain = ModelOptions.standard();
        ModelOptions options = cached ? plain.withCache(folder) : plain;
        try (GoldenCheckpoint golden = new GoldenCheckpoint("fastvlm")) {
            for (int round = 0; round < 2; round++) {
                List<Integer> told = new ArrayList<>();
                Model.load(golden.directory(), scheduler, options, progress -> told.add(progress.percent()))
                        .close();
                assertEquals(0, told.getFirst());
                assertEquals(100, told.getLast());
                assertEquals(told.stream().sorted().distinct().toList(), told);
                assertTrue(told.size() > 20, told.toString());
            }
            assertEquals(cached ? 2 : 0, files(folder).size());
        }
        assertThrows(IllegalArgumentException.class, () -> new LoadProgress(2, 1));
        assertEquals(99, new LoadProgress(999_999, 1_000_000).percent());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> names = Files.list(folder)) {
            return names.toList();
        }
    }

    @Test
    void aBrokenHalfIsToldAsWhenItIsLoadedAtOnce() throws Exception {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm1")) {
            for (Path file : files(golden.directory())) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
            Path configuration = folder.resolve("config.json");
            String text = Files.readString(configuration);
            for (String[] broken : new String[][] {
                {"\"gelu_pytorch_tanh\"", "\"relu\""}, {"\"intermediate_size\": 160", "\"intermediate_size\": 161"}
            }) {
                Files.writeString(configuration, text.replace(broken[0], broken[1]));
                ModelException wanted = assertThrows(ModelException.class, () -> Model.load(folder, scheduler));
                ChatModel model = ChatModel.begin(folder, scheduler, ModelOptions.standard(), progress -> {});
                assertEquals(
                        wanted.getMessage(),
                        assertThrows(ModelException.class, model::awaitLoaded).getMessage());
                model.close();
                ModelException told = assertThrows(
                        ModelException.class, () -> model.answer(question(golden), SIXTEEN, token -> true));
                assertEquals(wanted.getMessage(), told.getMessage());
                assertTrue(model.lifetime().isEnded());
            }
        }
    }

    @Test
    void closingWhileItLoadsLeavesNothing() throws Exception {
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2")) {
            Gate gate = smolGate(golden);
            ChatModel model = model(golden, ModelOptions.standard().withCache(folder), gate);
            FutureTask<Answer> answer = begin(() -> model.answer(question(golden), SIXTEEN, token -> true));
            gate.reached.await();
            assertEquals(2, files(folder).size(), "the tower's file and a part of the decoder's");
            FutureTask<Boolean> closing = begin(() -> {
                model.close();
                return model.lifetime().isEnded();
            });
            while (model.lifetime().isOpen()) {
                Thread.onSpinWait();
            }
            assertFalse(model.lifetime().isEnded(), "the loading job holds it");
            gate.open.countDown();
            assertTrue(closing.get());
            ExecutionException ended = assertThrows(ExecutionException.class, answer::get);
            assertClosed(ended.getCause());
            assertClosed(assertThrows(IllegalStateException.class, model::awaitLoaded));
            assertEquals(1, files(folder).size(), "nothing half done is left");
            assertUnmapped(folder);
        }
    }

    private static void assertClosed(@Nullable Throwable thrown) {
        Throwable told = Objects.requireNonNull(thrown);
        assertSame(IllegalStateException.class, told.getClass(), told.toString());
        assertTrue(String.valueOf(told.getMessage()).endsWith("the model is closed"), told.getMessage());
    }

    private static void assertUnmapped(Path folder) throws IOException {
        if (Files.exists(MAPPINGS)) {
            String name = String.valueOf(folder.getFileName());
            assertEquals(
                    List.of(),
                    Files.readAllLines(MAPPINGS).stream()
                            .filter(line -> line.contains(name))
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource(WeightPrecision.class)
    void closingDuringAnswersIsSafeAndGivesTheMemoryBack(WeightPrecision precision) throws Exception {
        ModelOptions options = ModelOptions.standard().withPrecision(precision).withCache(folder);
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2")) {
            Picture picture = golden.pictures("one").getFirst();
            for (int round = 0; round < ROUNDS; round++) {
                ChatModel model = model(golden, options, progress -> {});
                CountDownLatch tokens = new CountDownLatch(round % 5);
                CountDownLatch closed = new CountDownLatch(1);
                // Whoever is between two tokens holds nobody up who closes.
                FutureTask<Answer> between = ask(model, Conversation.of("Hello?"), tokens, () -> await(closed));
                List<FutureTask<Answer>> others = new ArrayList<>();
                for (String question : List.of("What is this?", "And what else?")) {
                    others.add(ask(model, Conversation.about(picture, question), tokens, () -> {}));
                }
                tokens.await();
                model.close();
                assertTrue(model.lifetime().isEnded());
                closed.countDown();
                assertAnsweredOrClosed(between);
                for (FutureTask<Answer> other : others) {
                    assertAnsweredOrClosed(other);
                }
            }
        }
        assertUnmapped(folder);
    }

    private static FutureTask<Answer> ask(
            Model model, Conversation conversation, CountDownLatch tokens, Runnable onToken) {
        return begin(() -> model.answer(conversation, Sampling.greedy(), token -> {
            tokens.countDown();
            onToken.run();
            return true;
        }));
    }

    /** The decoder may be ahead of a reader, and done before the model was closed. */
    private static void assertAnsweredOrClosed(FutureTask<Answer> asked) throws InterruptedException {
        try {
            FinishReason reason = asked.get().reason();
            assertTrue(reason == FinishReason.END || reason == FinishReason.LENGTH, reason.toString());
        } catch (ExecutionException e) {
            assertClosed(e.getCause());
        }
    }

    @Test
    void packedFilesOfBothHalvesAreNamed() {
        List<Path> files = PackedWeights.files(folder, Path.of("/models/smol"), WeightPrecision.INT8);
        assertEquals(2, files.size());
        assertEquals(files.getFirst(), PackedWeights.file(folder, Path.of("/models/smol"), WeightPrecision.INT8));
        assertTrue(files.getLast().toString().endsWith(".int8.pictures.psyne"), files.toString());
    }

    @Test
    void aSchedulerThatIsClosedLoadsNothing() {
        Scheduler closed = Scheduler.create(1);
        closed.close();
        try (GoldenCheckpoint golden = new GoldenCheckpoint("smolvlm2")) {
            assertThrows(
                    RuntimeException.class,
                    () -> Model.begin(golden.directory(), closed, ModelOptions.standard(), progress -> {}));
        }
    }
}
