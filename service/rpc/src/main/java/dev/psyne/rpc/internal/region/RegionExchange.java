package dev.psyne.rpc.internal.region;

import dev.psyne.fiber.DedicatedThread;
import dev.psyne.memory.Region;
import dev.psyne.memory.RegionException;
import dev.psyne.platform.DescriptorListener;
import dev.psyne.platform.DescriptorSocket;
import dev.psyne.platform.MappableFile;
import dev.psyne.rpc.internal.region.ExchangePacket.What;
import dev.psyne.rpc.internal.region.RegionSource.Known;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the clients of a node's Unix socket pass the descriptors of their regions and get those of others: a socket beside it, because
 * the JDK's sockets pass none. One thread answers, a question at a time; the key of a connection, which the node has told that client alone, says
 * who asks.
 */
final class RegionExchange implements AutoCloseable {
    /** Behind the path of the Unix socket. */
    private static final String SUFFIX = ".regions";

    private static final Duration QUIET = Duration.ofMinutes(1);

    /** Who connects and says nothing keeps the others waiting no longer. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private final Path path;
    private final DescriptorListener listener;
    private final RegionNumbers numbers;
    private final Consumer<Throwable> failures;
    private final Map<String, NodeRegions> members = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private RegionExchange(
            Path path, DescriptorListener listener, RegionNumbers numbers, Consumer<Throwable> failures) {
        this.path = path;
        this.listener = listener;
        this.numbers = numbers;
        this.failures = failures;
    }

    /** Listens beside a Unix socket that this process listens at already; null if this is not Linux, or the path is too long for one more. */
    static @Nullable RegionExchange tryStart(Path socket, RegionNumbers numbers, Consumer<Throwable> failures) {
        Path path = socket.resolveSibling(socket.getFileName() + SUFFIX);
        DescriptorListener listener;
        try {
            // Left over from a process that was killed: whoever has the socket has what stands beside it.
            Files.deleteIfExists(path);
            listener = DescriptorListener.listen(path);
        } catch (IOException | IllegalArgumentException unavailable) {
            return null;
        }
        RegionExchange exchange = new RegionExchange(path, listener, numbers, failures);
        DedicatedThread.platform("psyne-regions", exchange::listen, failures).start();
        return exchange;
    }

    Path path() {
        return path;
    }

    void add(String key, NodeRegions member) {
        members.put(key, member);
    }

    void remove(String key) {
        members.remove(key);
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void listen() {
        while (!closed) {
            try (DescriptorSocket socket = listener.accept(QUIET)) {
                answer(socket);
            } catch (SocketTimeoutException quiet) {
                // Nobody asks, or somebody who connected did not: the next may.
            } catch (IOException | RuntimeException failed) {
                if (!closed) {
                    failures.accept(failed);
                    // What fails again at once, for want of descriptors say, must not take a processor.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private void answer(DescriptorSocket socket) throws IOException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[ExchangePacket.BYTES]);
        DescriptorSocket.Packet packet = socket.receive(bytes, PATIENCE);
        MappableFile file = packet.file();
        ExchangePacket question;
        try {
            question = ExchangePacket.read(bytes, packet.bytes());
        } catch (IOException stranger) {
            close(file);
            throw stranger;
        }
        NodeRegions member = members.get(question.key());
        if (member == null || (file == null) == (question.what() == What.GIVE)) {
            close(file);
            refuse(socket, question);
            return;
        }
        answer(socket, question, member, file);
    }

    private void answer(
            DescriptorSocket socket, ExchangePacket question, NodeRegions member, @Nullable MappableFile file)
            throws IOException {
        switch (question.what()) {
            case JOIN -> {
                member.joined();
                done(socket, question, 0);
            }
            case GIVE -> given(socket, question, member, file);
            case TAKE -> taken(socket, question, member);
            case DROP -> {
                numbers.remove(question.number(), member);
                done(socket, question, question.number());
            }
            case DONE, REFUSED -> refuse(socket, question);
        }
    }

    private void given(
            DescriptorSocket socket, ExchangePacket question, NodeRegions member, @Nullable MappableFile file)
            throws IOException {
        if (file == null) {
            throw new IllegalStateException("a GIVE without a file");
        }
        int number;
        try {
            Region region = question.isFile() ? Region.mapReadOnly(file) : Region.attach(file);
            number = member.numbered(region, question.isFile());
        } catch (RegionException | IllegalStateException refused) {
            failures.accept(refused);
            refuse(socket, question);
            return;
        }
        done(socket, question, number);
    }

    private void taken(DescriptorSocket socket, ExchangePacket question, NodeRegions member) throws IOException {
        Known known = numbers.take(question.number(), member);
        if (known == null) {
            refuse(socket, question);
            return;
        }
        try {
            known.region()
                    .send(
                            socket,
                            question.answer(What.DONE, question.number(), known.isFile())
                                    .bytes());
        } catch (IllegalStateException closedMeanwhile) {
            refuse(socket, question);
        }
    }

    private static void done(DescriptorSocket socket, ExchangePacket question, int number) throws IOException {
        socket.send(question.answer(What.DONE, number, question.isFile()).bytes(), null);
    }

    private static void refuse(DescriptorSocket socket, ExchangePacket question) throws IOException {
        socket.send(question.answer(What.REFUSED, question.number(), false).bytes(), null);
    }

    private static void close(@Nullable MappableFile file) throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
