package dev.psyne.vlm.internal.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.KernelChoice;
import dev.psyne.tensor.Kernels;
import dev.psyne.tensor.KeyValueShape;
import dev.psyne.tensor.Rows;
import dev.psyne.vlm.ModelBusyException;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.internal.GoldenCheckpoint;
import dev.psyne.vlm.internal.checkpoint.JsonFields;
import dev.psyne.vlm.internal.language.LanguageConfiguration;
import dev.psyne.vlm.internal.language.LanguageModel;
import dev.psyne.vlm.internal.layer.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests in one batch answer as they do alone, whatever company they have and however little memory there is. */
class BatchTest {
    private static final int TOKENS = 16;
    private static final int CONTEXT = 1024;
    private static final Sampling GREEDY = Sampling.greedy().withMaxTokens(TOKENS);

    private static Scheduler scheduler;
    private static GoldenCheckpoint golden;
    private static LanguageModel model;
    private static int imageToken;

    @BeforeAll
    static void load() {
        scheduler = Scheduler.create(2);
        golden = new GoldenCheckpoint("smolvlm2");
        JsonFields configuration = golden.json("config.json");
        LanguageConfiguration shape = LanguageConfiguration.parse(configuration.child("text_config"), false);
        imageToken = configuration.integer("image_token_id", 0, shape.vocabulary());
        ModelWeights weights = new ModelWeights(golden.weights(), Kernels.create(scheduler, KernelChoice.BEST));
        model = new LanguageModel(weights, shape, "model.text_model.", "lm_head", CONTEXT);
    }

    @AfterAll
    static void close() {
        golden.close();
        scheduler.close();
    }

    private static Batch batch(int sequences, int waiting, int chunk, int pages) {
        long budget = (long) pages * model.shape().keyValues().pageFloats() * Float.BYTES;
        return new Batch(model, scheduler, new BatchOptions(sequences, waiting, chunk, budget, CONTEXT, Set.of()));
    }

    private static Prompt prompt(String test) {
        int[] ids = golden.ids(test, "input_ids");
        long[] symbols = new long[ids.length];
        int row = 0;
        for (int i = 0; i < ids.length; i++) {
            symbols[i] = ids[i] == imageToken ? Prompt.pictureSymbol(test.hashCode(), row++) : ids[i];
        }
        Rows pictures = Rows.allocate(row, model.shape().width());
        if (row > 0) {
            System.arraycopy(golden.floats(test + ".connector"), 0, pictures.values(), 0, pictures.values().length);
        }
        return new Prompt(symbols, pictures);
    }

    private static int[] read(Sequence sequence) throws InterruptedException {
        List<Integer> ids = new ArrayList<>();
        ChosenToken token;
        while ((token = sequence.next()) != null) {
            assertTrue(token.logProbability() <= 0);
            ids.add(token.id());
        }
        assertNull(sequence.next());
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void sequencesInOneBatchAnswerAsAlone() throws InterruptedException {
        try (Batch batch = batch(8, 32, 50, 1000)) {
            List<Sequence> sequences = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                for (String test : golden.cases()) {
                    sequences.add(batch.submit(prompt(test), GREEDY));
                }
            }
            int next = 0;
            for (int round = 0; round < 3; round++) {
                for (String test : golden.cases()) {
                    assertArrayEquals(golden.ids(test, "greedy_ids"), read(sequences.get(next++)), test);
                }
            }
        }
    }

    @Test
    void whatWasComputedIsNotComputedAgain() throws InterruptedException {
        try (Batch batch = batch(4, 4, 64, 1000)) {
            Sequence first = batch.submit(prompt("one"), GREEDY);
            assertArrayEquals(golden.ids("one", "greedy_ids"), read(first));
            assertEquals(0, first.cachedTokens());
            Sequence second = batch.submit(prompt("one"), GREEDY);
            assertArrayEquals(golden.ids("one", "greedy_ids"), read(second));
            int length = prompt("one").length();
            int page = KeyValueShape.PAGE_POSITIONS;
            assertEquals((length - 1) / page * page, second.cachedTokens());
            assertEquals(second.cachedTokens(), batch.statistics().cachedTokens());
            // Another picture is another prompt, though its tokens are the same.
            Sequence third = batch.submit(prompt("two"), GREEDY);
            assertArrayEquals(golden.ids("two", "greedy_ids"), read(third));
        }
    }

    @Test
    void withLittleMemorySequencesTakeTurns() throws InterruptedException {
        int pages = model.shape().keyValues().pages(prompt("two").length() + TOKENS);
        try (Batch batch = batch(8, 32, 16, pages)) {
            List<Sequence> sequences = new ArrayList<>();
            for (String test : golden.cases()) {
                sequences.add(batch.submit(prompt(test), GREEDY));
            }
            for (int i = 0; i < sequences.size(); i++) {
                String test = golden.cases().get(i);
                assertArrayEquals(golden.ids(test, "greedy_ids"), read(sequences.get(i)), test);
            }
            assertTrue(batch.statistics().pages() <= pages);
        }
    }

    @Test
    void oneThatGrowsTakesTheRoomOfTheYoungest() throws InterruptedException {
        int page = KeyValueShape.PAGE_POSITIONS;
        long[] symbols =
                IntStream.range(0, page - 4).asLongStream().map(i -> i % 500).toArray();
        try (Batch batch = batch(8, 8, 64, 4)) {
            Rows none = Rows.allocate(0, model.shape().width());
            Sampling sampling = Sampling.greedy().withMaxTokens(2 * page);
            List<int[]> answers = new ArrayList<>();
            for (int alone = 0; alone < 3; alone++) {
                symbols[0] = alone;
                answers.add(read(batch.submit(new Prompt(symbols, none), sampling)));
            }
            List<Sequence> together = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                symbols[0] = i;
                together.add(batch.submit(new Prompt(symbols, none), sampling));
            }
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(answers.get(i), read(together.get(i)), "sequence " + i);
            }
        }
    }

    @Test
    void aReaderThatDoesNotReadHoldsNobodyUp() throws InterruptedException {
        try (Batch batch = batch(4, 4, 64, 1000)) {
            Sequence slow = batch.submit(prompt("text"), Sampling.greedy().withMaxTokens(500));
            assertArrayEquals(golden.ids("one", "greedy_ids"), read(batch.submit(prompt("one"), GREEDY)));
            int[] ids = read(slow);
            assertEquals(500, ids.length);
        }
    }

    @Test
    void aCancelledSequenceEnds() throws InterruptedException {
        try (Batch batch = batch(1, 4, 64, 1000)) {
            Sequence cancelled = batch.submit(prompt("text"), Sampling.greedy().withMaxTokens(800));
            Sequence waiting = batch.submit(prompt("text"), Sampling.greedy().withMaxTokens(800));
            Sequence next = batch.submit(prompt("one"), GREEDY);
            assertTrue(cancelled.next() != null);
            waiting.cancel();
            cancelled.cancel();
            assertArrayEquals(golden.ids("one", "greedy_ids"), read(next));
            assertTrue(read(cancelled).length < 799);
            assertEquals(0, read(waiting).length);
        }
    }

    @Test
    void anEndTokenEndsTheAnswer() throws InterruptedException {
        int[] ids = golden.ids("one", "greedy_ids");
        BatchOptions options = BatchOptions.standard(1 << 28, CONTEXT, Set.of(ids[3]));
        try (Batch batch = new Batch(model, scheduler, options)) {
            int[] answer = read(batch.submit(prompt("one"), GREEDY.withLikeliest(3)));
            assertArrayEquals(new int[] {ids[0], ids[1], ids[2], ids[3]}, answer);
        }
    }

    @Test
    void theLikeliestAreToldInOrder() throws InterruptedException {
        try (Batch batch = batch(1, 4, 64, 1000)) {
            ChosenToken token =
                    batch.submit(prompt("one"), GREEDY.withLikeliest(3)).next();
            assertTrue(token != null && token.likeliest().size() == 3);
            assertEquals(token.id(), token.likeliest().getFirst().id());
            assertEquals(token.logProbability(), token.likeliest().getFirst().logProbability(), 1e-9);
            for (int i = 1; i < 3; i++) {
                assertTrue(token.likeliest().get(i).logProbability()
                        <= token.likeliest().get(i - 1).logProbability());
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheReason() throws InterruptedException {
        Rows none = Rows.allocate(0, model.shape().width());
        try (Batch batch = batch(1, 1, 64, 3)) {
            Prompt tooLong = new Prompt(new long[CONTEXT], none);
            QuestionException context = assertThrows(QuestionException.class, () -> batch.submit(tooLong, GREEDY));
            assertTrue(context.toString().contains("1024 tokens"), context.toString());
            Prompt tooLarge = new Prompt(new long[3 * KeyValueShape.PAGE_POSITIONS], none);
            QuestionException memory = assertThrows(QuestionException.class, () -> batch.submit(tooLarge, GREEDY));
            assertTrue(memory.toString().contains("holds 96"), memory.toString());
            Sampling most = Sampling.greedy();
            Sequence first = batch.submit(new Prompt(new long[20], none), most);
            Sequence second = batch.submit(new Prompt(new long[20], none), most);
            assertThrows(ModelBusyException.class, () -> batch.submit(new Prompt(new long[20], none), most));
            assertEquals(76, read(first).length);
            assertEquals(76, read(second).length);
        }
    }

    @Test
    void closingEndsWhatIsUnderWay() {
        Batch batch = batch(4, 4, 64, 1000);
        Sequence sequence = batch.submit(prompt("text"), Sampling.greedy());
        batch.close();
        assertThrows(IllegalStateException.class, () -> read(sequence));
        assertThrows(IllegalStateException.class, () -> batch.submit(prompt("text"), GREEDY));
    }
}
