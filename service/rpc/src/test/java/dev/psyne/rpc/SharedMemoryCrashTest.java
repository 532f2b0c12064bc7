package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who owns shared memory dies, and who reads it: the others lose no more than the calls of the dead, and nothing is left over. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class SharedMemoryCrashTest {
    private static final int BYTES = 256 << 10;
    private static final SharedMemory SMALL_REGION = new SharedMemory(1 << 20, 64 << 10);
    private static final Path SHARED_FILES = Path.of("/dev/shm");

    /** Gives tensors, and one method that never returns. */
    public interface Source {
        Tensor ones(int bytes);

        void hang(Tensor values);
    }

    private static final class Ones implements Source {
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public Tensor ones(int bytes) {
            Tensor ones = Tensor.allocate(Arena.ofAuto(), ElementType.U8, Shape.of(bytes));
            ones.segment().fill((byte) 1);
            return ones;
        }

        @Override
        public void hang(Tensor values) {
            try {
                never.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The process that dies: {@code provide|use ADDRESS}. It says a word when it has lent, or holds, something. */
    static final class Mortal {
        private static final PrintStream OUT = System.out;
        private static final List<Tensor> HELD = new ArrayList<>();

        private Mortal() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (Scheduler scheduler = Scheduler.create(2);
                    RpcClient client = RpcClient.connect(
                            arguments[1],
                            scheduler,
                            RpcOptions.standard().withSharedMemory(SMALL_REGION),
                            Throwable::printStackTrace)) {
                if (arguments[0].equals("provide")) {
                    client.offer("mortal", Source.class, new Ones());
                } else {
                    Source source = client.service("source", Source.class);
                    for (int i = 0; i < 3; i++) {
                        HELD.add(source.ones(BYTES));
                    }
                }
                OUT.println("ready " + HELD.size());
                new CountDownLatch(1).await();
            }
        }
    }

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);

    @TempDir
    Path directory;

    private Set<Path> before = Set.of();
    private String address = "";

    @BeforeEach
    void listen() throws IOException {
        before = sharedFiles();
        address = node.listen("unix:" + directory.resolve("node"));
    }

    @AfterEach
    void end() throws IOException {
        node.close();
        scheduler.close();
        assertTrue(failures.isEmpty(), failures::toString);
        assertEquals(before, sharedFiles());
    }

    private static Set<Path> sharedFiles() throws IOException {
        try (Stream<Path> files = Files.list(SHARED_FILES)) {
            return files.filter(file -> file.getFileName().toString().contains("psyne-region"))
                    .collect(Collectors.toSet());
        }
    }

    private RpcClient connect(SharedMemory memory) {
        return RpcClient.connect(address, scheduler, RpcOptions.standard().withSharedMemory(memory), failures::add);
    }

    private Process mortal(String what) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Mortal.class.getName(),
                        what,
                        address)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
        String line = lines.readLine();
        assertTrue(line != null && line.startsWith("ready"), () -> "the process says " + line);
        return process;
    }

    private static void kill(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Test
    void whatADeadOwnerHasLentIsStillReadAndItsCallsFail() throws Exception {
        Process owner = mortal("provide");
        try (RpcClient user = connect(SharedMemory.standard())) {
            Source mortal = user.service("mortal", Source.class);
            Tensor ones = mortal.ones(BYTES);
            assertTrue(SharedMemoryTest.isInRegion(ones));
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    kill(owner);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            RpcException gone = assertThrows(RpcException.class, () -> {
                while (true) {
                    mortal.hang(ones);
                }
            });
            killer.join();
            assertEquals("unavailable", gone.code());
            assertEquals(-1, ones.segment().mismatch(new Ones().ones(BYTES).segment()));
            while (node.connections() > 1) {
                Thread.onSpinWait();
            }
            user.offer("source", Source.class, new Ones());
            assertTrue(SharedMemoryTest.isInRegion(
                    user.service("source", Source.class).ones(BYTES)));
        } finally {
            owner.destroyForcibly();
        }
    }

    @Test
    void whatADeadReaderHeldComesBack() throws Exception {
        try (RpcClient owner = connect(SMALL_REGION);
                RpcClient user = connect(SharedMemory.standard())) {
            owner.offer("source", Source.class, new Ones());
            Process reader = mortal("use");
            try {
                Source source = user.service("source", Source.class);
                assertFalse(SharedMemoryTest.isInRegion(source.ones(3 * BYTES)), "the reader holds the region");
                kill(reader);
                while (!SharedMemoryTest.isInRegion(source.ones(3 * BYTES))) {
                    Thread.onSpinWait();
                }
            } finally {
                reader.destroyForcibly();
            }
        }
    }
}
