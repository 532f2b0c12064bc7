package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.fiber.Scheduler;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Methods that run where they are read, and what they may not do. */
@Timeout(60)
class InlineTest {
    /** Waits for a stream where it must not. */
    public interface Streaming {
        @Inline
        Items<String> words();
    }

    /** Calls back to where it was called from. */
    public interface Asking {
        @Inline
        String ask();
    }

    @TempDir
    private Path folder;

    private final Scheduler scheduler = Scheduler.create(2);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final RpcNode node = RpcNode.start(scheduler, RpcOptions.standard(), failures::add);

    @AfterEach
    @Timeout(60)
    void end() throws Exception {
        node.close();
        scheduler.close();
        IpcFiles.awaitNone(folder.resolve("channels"));
    }

    private RpcClient connect(String address) {
        return RpcClient.connect(address, scheduler, RpcOptions.standard(), failures::add);
    }

    @Test
    void itRunsOnTheThreadThatReadsASocketToo() {
        node.serve(IpcAtlas.class, new IpcEarth());
        try (RpcClient client = connect(node.listen("tcp://127.0.0.1:0"))) {
            IpcAtlas atlas = client.service(IpcAtlas.class);
            assertTrue(atlas.thread().startsWith("psyne-rpc-"), atlas.thread());
            RpcException refused = assertThrows(RpcException.class, () -> atlas.failInline("out_of_maps"));
            assertEquals("out_of_maps", refused.code());
            assertEquals("hello again", atlas.greet("again"));
        }
    }

    @Test
    void itHasNoStream() {
        SchemaException refused = assertThrows(
                SchemaException.class, () -> node.serve(Streaming.class, () -> Items.of(java.util.List.of("a"))));
        assertTrue(String.valueOf(refused.getMessage()).contains("@Inline"), refused.getMessage());
    }

    @Test
    void itDoesNotWaitForACallOverItsOwnConnection() {
        node.serve(IpcAtlas.class, new IpcEarth());
        String address = node.listen("ipc:inline?directory=" + folder.resolve("channels"));
        try (RpcClient provider = connect(address);
                RpcClient user = connect(address)) {
            IpcAtlas atlas = provider.service(IpcAtlas.class);
            BlockingQueue<IllegalStateException> told = new LinkedBlockingQueue<>();
            provider.offer("asking", Asking.class, () -> {
                told.add(assertThrows(IllegalStateException.class, () -> atlas.greet("me")));
                return "could not";
            });
            assertEquals("could not", user.service("asking", Asking.class).ask());
            assertTrue(String.valueOf(told.remove().getMessage()).contains("take the mark away"));
        }
    }
}
