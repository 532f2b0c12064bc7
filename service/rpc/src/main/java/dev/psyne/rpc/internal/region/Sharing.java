package dev.psyne.rpc.internal.region;

import dev.psyne.rpc.SharedFile;
import dev.psyne.rpc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one process shares with its peers, over all of its connections. Any thread may call. */
public final class Sharing implements AutoCloseable {
    private final SharedMemory options;
    private final RegionNumbers numbers = new RegionNumbers();
    private final Map<Path, RegionExchange> exchanges = new ConcurrentHashMap<>();
    private final Set<LinkRegions> links = ConcurrentHashMap.newKeySet();

    /** By the addresses at which they are mapped. */
    private final ConcurrentSkipListMap<Long, OpenFile> files = new ConcurrentSkipListMap<>();

    /** Of a process with these options. */
    public Sharing(SharedMemory options) {
        this.options = options;
    }

    SharedMemory options() {
        return options;
    }

    /**
     * Shares memory with those who connect to a Unix socket that this process listens at. Where that cannot be done, as on other
     * systems than Linux, the node's HELLO says nothing of it, and clients tell why they share none.
     */
    public void listen(SocketAddress address, Consumer<Throwable> failures) {
        if (!options.isShared() || !(address instanceof UnixDomainSocketAddress unix)) {
            return;
        }
        Path path = unix.getPath().toAbsolutePath();
        RegionExchange exchange = RegionExchange.tryStart(path, numbers, failures);
        if (exchange != null) {
            exchanges.put(path, exchange);
        }
    }

    /** The memory of a client's connection. */
    public LinkRegions ofClient(@Nullable SocketAddress address) {
        return added(new ClientRegions(this, options.isShared() && address instanceof UnixDomainSocketAddress));
    }

    /** The memory of a connection that was accepted at an address. */
    public LinkRegions ofNode(@Nullable SocketAddress address) {
        return added(new NodeRegions(
                this,
                numbers,
                address instanceof UnixDomainSocketAddress unix
                        ? exchanges.get(unix.getPath().toAbsolutePath())
                        : null));
    }

    private LinkRegions added(LinkRegions regions) {
        links.add(regions);
        return regions;
    }

    void remove(LinkRegions regions) {
        links.remove(regions);
    }

    /** Opens a file whose tensors are sent by reference. */
    public SharedFile open(Path file) {
        OpenFile opened = OpenFile.open(file, this::close);
        files.put(opened.address(), opened);
        return opened;
    }

    private void close(OpenFile file) {
        files.remove(file.address(), file);
        links.forEach(link -> link.forget(file));
    }

    @Nullable
    OpenFile fileOf(MemorySegment memory) {
        if (!memory.isNative() || files.isEmpty()) {
            return null;
        }
        Map.Entry<Long, OpenFile> before = files.floorEntry(memory.address());
        return before != null
                        && memory.address() - before.getKey() + memory.byteSize()
                                <= before.getValue().bytes()
                ? before.getValue()
                : null;
    }

    @Override
    public void close() {
        exchanges.values().forEach(RegionExchange::close);
    }
}
