package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.LoadProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models are loaded when they are asked for and unloaded when there is no room. */
class ServedModelsTest {
    private static final Path OTHER = RunningNode.TALKING.resolveSibling("smolvlm1");

    @TempDir
    private Path folder;

    private static Scheduler scheduler;

    @BeforeAll
    static void start() {
        scheduler = Scheduler.create(2);
    }

    @AfterAll
    static void stop() {
        scheduler.close();
    }

    private static ServedModels models(ModelMemory memory, Path... paths) {
        return new ServedModels(List.of(paths).stream().map(ModelSource::at).toList(), scheduler, memory);
    }

    private static ServedModels.Lease acquire(ServedModels models, String name) throws InterruptedException {
        return models.acquireLoaded(Optional.of(name), new Cancellation()).orElseThrow();
    }

    private static List<ServedModel.State> states(ServedModels models) {
        return models.seen().stream().map(ServedModels.Seen::state).toList();
    }

    @Test
    void aModelIsLoadedWhenItIsFirstAskedForAndOnlyOnce() throws Exception {
        try (ServedModels models = models(ModelMemory.standard(), RunningNode.TALKING, OTHER)) {
            assertEquals(List.of(ServedModel.State.UNLOADED, ServedModel.State.UNLOADED), states(models));
            try (ServedModels.Lease one = acquire(models, "smolvlm2");
                    ServedModels.Lease other =
                            models.acquire(Optional.empty(), new Cancellation()).orElseThrow()) {
                assertSame(one.model(), other.model());
            }
            assertEquals(List.of(ServedModel.State.READY, ServedModel.State.UNLOADED), states(models));
        }
    }

    @Test
    void whatIsIdleLongestMakesRoomAndComesBack() throws Exception {
        // One of them fits, with room for its conversations; both do not.
        long weights = ModelSource.at(RunningNode.TALKING).weightBytes();
        ModelMemory memory = new ModelMemory(weights * 3 / 2, 1024);
        try (ServedModels models = models(memory, RunningNode.TALKING, OTHER)) {
            try (ServedModels.Lease lease = acquire(models, "smolvlm2")) {
                assertEquals("smolvlm2", lease.model().info().name());
                assertThrows(BusyException.class, () -> acquire(models, "smolvlm1"));
            }
            acquire(models, "smolvlm1").close();
            assertEquals(List.of(ServedModel.State.UNLOADED, ServedModel.State.READY), states(models));
            acquire(models, "smolvlm2").close();
            assertEquals(List.of(ServedModel.State.READY, ServedModel.State.UNLOADED), states(models));
        }
    }

    @Test
    void aBrokenModelIsToldWithItsReasonAndTriedAgain() throws Exception {
        Path broken = Files.createDirectory(folder.resolve("broken"));
        Files.writeString(broken.resolve("config.json"), "{}");
        try (ServedModels models = models(ModelMemory.standard(), broken, RunningNode.TALKING)) {
            UnavailableModelException told =
                    assertThrows(UnavailableModelException.class, () -> acquire(models, "broken"));
            assertTrue(String.valueOf(told.getMessage()).contains("model_type: found nothing"), told.getMessage());
            assertEquals(ServedModel.State.FAILED, states(models).getFirst());
            assertTrue(models.firstProblem(progress -> {}).isPresent());
            copy(RunningNode.TALKING, broken);
            acquire(models, "broken").close();
            assertTrue(models.firstProblem(progress -> {}).isEmpty());
            assertEquals(ServedModel.State.READY, states(models).getFirst());
        }
    }

    @Test
    void howFarAModelIsReadIsSeen() throws Exception {
        try (ServedModels models = models(ModelMemory.standard(), RunningNode.TALKING)) {
            long bytes = models.seen().getFirst().weightBytes();
            Optional<String> problem = models.firstProblem(progress -> {
                LoadProgress seen = models.seen().getFirst().progress();
                assertTrue(seen.percent() >= progress.percent(), seen.toString());
                assertTrue(progress.totalBytes() <= bytes, progress.toString());
            });
            assertTrue(problem.isEmpty());
            assertEquals(100, models.seen().getFirst().progress().percent());
            assertEquals(ServedModel.State.READY, states(models).getFirst());
        }
    }

    @Test
    void stoppingWhileAModelLoadsIsNoProblemOfIt() throws Exception {
        ServedModels models = models(ModelMemory.standard(), RunningNode.TALKING);
        assertEquals(Optional.empty(), models.firstProblem(progress -> models.close()));
        models.close();
        assertEquals(List.of(ServedModel.State.UNLOADED), states(models));
        assertThrows(UnavailableModelException.class, () -> acquire(models, "smolvlm2"));
        assertEquals(Optional.empty(), models.firstProblem(progress -> {}));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    void whoLeavesWhileItLoadsGetsNothing() throws Exception {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        try (ServedModels models = models(ModelMemory.standard(), RunningNode.TALKING)) {
            assertTrue(models.acquire(Optional.empty(), cancellation).isEmpty());
        }
    }

    @Test
    void whatCannotBeServedIsRefusedAtTheStart() {
        ModelMemory small = new ModelMemory(1000, 1024);
        assertThrows(IllegalArgumentException.class, () -> models(small, RunningNode.TALKING));
        assertThrows(
                IllegalArgumentException.class,
                () -> models(ModelMemory.standard(), RunningNode.TALKING, RunningNode.TALKING));
        ModelStore store = ModelStore.of(System.getenv());
        assertThrows(IllegalArgumentException.class, () -> ModelSource.of("no-such-model", store));
    }

    @Test
    void sizesAreReadAsPeopleWriteThem() throws Exception {
        ByteSize sizes = new ByteSize();
        assertEquals(2L << 30, sizes.convert("2G"));
        assertEquals(1536L << 10, sizes.convert("1.5 MiB"));
        assertEquals(800L, sizes.convert("800"));
        assertThrows(picocli.CommandLine.TypeConversionException.class, () -> sizes.convert("a lot"));
    }
}
