package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was taught is kept, whoever writes and whatever lies beside it. */
class TaughtStoreTest {
    private static final String MODEL = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path root;

    private TaughtStore store = new TaughtStore(Path.of(""), MODEL);

    @BeforeEach
    void open() {
        store = new TaughtStore(root, MODEL);
    }

    private static TaughtThing thing(String name) {
        return new TaughtThing(name, 3, Instant.EPOCH, 0.8, List.of(new float[] {1, 0}));
    }

    private List<String> names() {
        return store.kept().lessons().things().stream().map(TaughtThing::name).toList();
    }

    private Path directory() {
        return root.resolve(MODEL.substring(0, 16));
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static String refused(Callable<?> call) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, call::call).getMessage());
    }

    @Test
    void thingsAreKeptListedRenamedAndForgotten() throws IOException {
        assertEquals(List.of(), names());
        store.add(thing("my mug"));
        store.add(thing("Anna"));
        assertEquals(List.of("Anna", "my mug"), names());
        assertEquals(List.of("Anna", "my mug"), names(new TaughtStore(root, MODEL)));
        assertTrue(refused(() -> store.add(thing("My-Mug"))).contains("taught already"));
        assertEquals("My Mug", store.rename("my mug", "My Mug").name());
        assertTrue(refused(() -> store.rename("anna", "my mug")).contains("taught already"));
        store.rename("anna", "Otto");
        assertEquals(List.of("My Mug", "Otto"), names());
        store.forget("otto");
        assertEquals(List.of("My Mug"), names());
        assertThrows(TaughtNotFoundException.class, () -> store.forget("otto"));
        assertThrows(TaughtNotFoundException.class, () -> store.rename("otto", "Anna"));
        assertThrows(TaughtNotFoundException.class, () -> store.export("otto"));
    }

    private static List<String> names(TaughtStore other) {
        return other.kept().lessons().things().stream().map(TaughtThing::name).toList();
    }

    @Test
    void whatWasForgottenComesBackUnlessItsNameIsTaken() throws IOException {
        store.add(thing("my mug"));
        String token = store.forget("my mug");
        store.add(thing("my mug"));
        assertTrue(refused(() -> store.restore(token)).contains("taught already"));
        store.rename("my mug", "other");
        assertEquals("my mug", store.restore(token).name());
        assertEquals(List.of("my mug", "other"), names());
        assertThrows(TaughtNotFoundException.class, () -> store.restore(token));
        assertThrows(TaughtNotFoundException.class, () -> store.restore("../" + token));
    }

    @Test
    void onlyTheLastForgottenOnesComeBack() throws IOException {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i <= TaughtStore.MAX_FORGOTTEN; i++) {
            store.add(thing("thing " + i));
            tokens.add(store.forget("thing " + i));
        }
        assertEquals(TaughtStore.MAX_FORGOTTEN, files(".forgotten").size());
        assertEquals("thing 16", store.restore(tokens.getLast()).name());
    }

    @Test
    void aBadFileIsNamedAndHidesNoOther() throws IOException {
        store.add(thing("my mug"));
        byte[] good = store.export("my mug").toBytes();
        Files.write(directory().resolve("0000000000000000.taught"), new byte[] {1, 2, 3});
        byte[] damaged = good.clone();
        damaged[good.length - 6] ^= 1;
        Files.write(directory().resolve("1111111111111111.taught"), damaged);
        Files.write(directory().resolve("2222222222222222.taught"), new byte[TaughtFile.MAX_BYTES + 1]);
        Files.write(directory().resolve("3333333333333333.taught"), new TaughtFile("other", thing("theirs")).toBytes());
        Files.write(directory().resolve("ffffffffffffffff.taught"), good);
        TaughtStore.Kept kept = store.kept();
        assertEquals(List.of("my mug"), names());
        assertEquals(5, kept.problems().size(), kept.problems().toString());
        assertTrue(kept.problems().get(0).contains("0000000000000000.taught is left out: it is no file"), "no file");
        assertTrue(kept.problems().get(1).contains("checksum"), "damaged");
        assertTrue(kept.problems().get(2).contains("bytes, which no taught thing has"), "too long");
        assertTrue(kept.problems().get(3).contains("another model"), "of another model");
        assertTrue(kept.problems().get(4).contains("is there already"), "twice");
    }

    @Test
    void aWriterThatDiedBeforeItGaveTheFileItsNameLeavesNothing() throws IOException {
        store.add(thing("my mug"));
        byte[] whole = store.export("my mug").toBytes();
        Files.write(directory().resolve("4444444444444444.part"), Arrays.copyOf(whole, 20));
        assertEquals(List.of("my mug"), names());
        assertTrue(store.kept().problems().isEmpty());
        store.add(thing("Anna"));
        assertEquals(List.of(), files(".part"));
        assertEquals(List.of("Anna", "my mug"), names());
    }

    @Test
    void severalWritersLoseNothingAndANameIsTakenOnce() throws Exception {
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            TaughtStore own = new TaughtStore(root, MODEL);
            String prefix = "writer " + writer + " thing ";
            writers.add(() -> {
                for (int i = 0; i < 5; i++) {
                    own.add(thing(prefix + i));
                }
                try {
                    own.add(thing("the same"));
                    return true;
                } catch (IllegalArgumentException taken) {
                    return false;
                }
            });
        }
        int won = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                won += writer.get() ? 1 : 0;
            }
        }
        assertEquals(1, won);
        assertEquals(21, names().size());
    }

    @Test
    void aModelIsTaughtFiftyThings() throws IOException {
        for (int i = 0; i < Lessons.MAX_THINGS; i++) {
            store.add(thing("thing " + i));
        }
        assertTrue(refused(() -> store.add(thing("one more"))).contains("forget one first"));
        String token = store.forget("thing 7");
        store.add(thing("one more"));
        assertTrue(refused(() -> store.restore(token)).contains("forget one first"));
    }

    @Test
    void whatWasReadIsReadAgainOnlyIfAFileChanged() throws IOException {
        store.add(thing("my mug"));
        TaughtStore.Kept first = store.kept();
        assertSame(first, store.kept());
        new TaughtStore(root, MODEL).rename("my mug", "my cup");
        assertNotSame(first, store.kept());
        assertEquals(List.of("my cup"), names());
    }

    @Test
    void anExportedThingIsTakenByTheModelItBelongsTo() throws IOException {
        store.add(thing("my mug"));
        byte[] file = store.export("my mug").toBytes();
        assertEquals("my mug", store.open(file).name());
        TaughtStore other = new TaughtStore(root, "f".repeat(32));
        assertTrue(refused(() -> other.open(file)).contains("another model"));
        assertTrue(refused(() -> store.open(new byte[] {1})).contains("no file of a taught thing"));
        assertFalse(names(other).contains("my mug"));
    }

    @Test
    void theDirectoriesOfModelsAreApart() throws IOException {
        store.add(thing("my mug"));
        new TaughtStore(root, "f".repeat(32)).add(thing("my mug"));
        assertEquals(
                2,
                IntStream.of(
                                names().size(),
                                names(new TaughtStore(root, "f".repeat(32))).size())
                        .sum());
    }
}
