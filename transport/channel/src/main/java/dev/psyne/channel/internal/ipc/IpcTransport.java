package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelLimitException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.channel.UnavailableTransportException;
import dev.psyne.channel.internal.ring.ChannelName;
import dev.psyne.channel.internal.ring.EndMeters;
import dev.psyne.channel.internal.ring.Ring;
import dev.psyne.channel.internal.ring.RingShape;
import dev.psyne.channel.internal.ring.Topologies;
import dev.psyne.channel.spi.Transport;
import dev.psyne.memory.Region;
import dev.psyne.platform.Futex;
import dev.psyne.platform.KernelLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code ipc:} - rings between the processes of one user, in files they all map. Nothing is touched before the first use. */
public final class IpcTransport implements Transport {
    private final Path root;
    private final int limit;
    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private volatile @Nullable Site site;
    private final AtomicInteger closing = new AtomicInteger();
    private volatile boolean closed;

    /** What there is once the directory is in use. */
    private record Site(IpcDirectory directory, KernelLock lock, IpcProcess process, ManyProcesses neighbours) {}

    /**
     * No rings yet.
     *
     * @param limit the most rings at a time
     */
    public IpcTransport(Path root, int limit) {
        this.root = root;
        this.limit = limit;
    }

    @Override
    public String scheme() {
        return "ipc";
    }

    @Override
    public Sender sender(String name, ChannelOptions options) {
        return joined(name, options, ring -> Topologies.sender(ring, options.policy(), EndMeters.NONE));
    }

    @Override
    public Receiver receiver(String name, ChannelOptions options) {
        return joined(name, options, ring -> Topologies.receiver(ring, EndMeters.NONE));
    }

    private <E> E joined(String name, ChannelOptions options, Function<Ring, E> join) {
        ChannelName.check(name);
        String uri = "ipc:" + name;
        ManyProcesses neighbours = site(uri).neighbours();
        List<E> end = new ArrayList<>(1);
        neighbours.exclusively(() -> {
            Ring ring = ring(name, uri, RingShape.of(options));
            try {
                end.add(join.apply(ring));
            } finally {
                ring.closeUnused();
            }
        });
        return end.getFirst();
    }

    private synchronized Site site(String uri) {
        if (closed) {
            throw new ChannelClosedException(uri + " cannot be opened: all channels of this object are closed");
        }
        Site found = site;
        if (found == null) {
            found = enter(uri);
            site = found;
            found.process().start();
        }
        return found;
    }

    private Site enter(String uri) {
        if (!Futex.isAvailable()) {
            throw new UnavailableTransportException(
                    uri, "channels between processes need futex(2)", "run on Linux, with native access enabled");
        }
        try {
            IpcDirectory directory = IpcDirectory.open(root);
            KernelLock lock = KernelLock.open(directory.lock());
            IpcProcess process = new IpcProcess(directory, this::buryLost);
            return new Site(
                    directory, lock, process, new ManyProcesses(process, lock, this::released, this::endIfClosed));
        } catch (IOException failure) {
            throw new UnavailableTransportException(
                    uri, failure.toString(), "give the channels a directory that this user may write to");
        }
    }

    private Ring ring(String name, String uri, RingShape asked) {
        Ring known = rings.get(name);
        if (known != null) {
            known.shape().checkAsked(uri, asked);
            return known;
        }
        if (rings.size() == limit) {
            throw new ChannelLimitException(uri, limit);
        }
        Site here = site(uri);
        RingFile file = new RingFile(here.directory(), name);
        try {
            Ring made = file.exists() ? attached(uri, file, asked, here) : made(uri, file, asked, here);
            rings.put(name, made);
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(uri + " cannot be opened", failure);
        }
    }

    private static Ring made(String uri, RingFile file, RingShape asked, Site here) throws IOException {
        return new Ring(uri, asked, file.make(asked), here.neighbours());
    }

    private static Ring attached(String uri, RingFile file, RingShape asked, Site here) throws IOException {
        Region region = file.map();
        try {
            RingShape shape = RingShape.read(uri, region.segment(), IpcDirectory.user());
            shape.checkAsked(uri, asked);
            return new Ring(uri, shape, region, here.neighbours());
        } catch (RuntimeException mismatch) {
            region.close();
            throw mismatch;
        }
    }

    /** Under the directory's lock: the ring's last end in this process has left. */
    private void released(Ring ring) {
        String name = ring.uri().substring("ipc:".length());
        Site here = site;
        if (!rings.remove(name, ring) || here == null) {
            return;
        }
        if (ring.isAbandoned()) {
            new RingFile(here.directory(), name).remove();
        }
    }

    private void buryLost() {
        Site here = site;
        if (here != null) {
            openRings(here).forEach(Ring::buryLost);
        }
    }

    private List<Ring> openRings(Site here) {
        List<Ring> open = new ArrayList<>();
        here.neighbours().exclusively(() -> open.addAll(rings.values()));
        return open;
    }

    @Override
    public void close() {
        Site here;
        synchronized (this) {
            closed = true;
            here = site;
        }
        if (here != null) {
            closing.incrementAndGet();
            try {
                Ring.closeAll(openRings(here));
            } finally {
                closing.decrementAndGet();
            }
            endIfClosed();
        }
    }

    /** Disappears from the directory once closed and the last end has left, which may be after the handler it is in. */
    private void endIfClosed() {
        Site here = site;
        if (here == null || !closed || closing.get() > 0 || !rings.isEmpty()) {
            return;
        }
        synchronized (this) {
            if (site == null) {
                return;
            }
            site = null;
        }
        here.process().close();
        here.lock().close();
    }
}
