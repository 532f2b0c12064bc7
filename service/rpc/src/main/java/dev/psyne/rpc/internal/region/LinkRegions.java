package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import dev.psyne.memory.RegionException;
import dev.psyne.platform.Availability;
import dev.psyne.platform.Availability.Available;
import dev.psyne.platform.Availability.Unavailable;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.SharedFile;
import dev.psyne.rpc.SharedTensors;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageReferences.Place;
import dev.psyne.rpc.internal.connection.Connection;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.Hello;
import dev.psyne.rpc.internal.region.RegionSource.Known;
import dev.psyne.rpc.internal.wire.MessageLease;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The memory that one connection shares: the region of this side, made when the first tensor is lent, and those of others that its
 * messages refer to. Where none can be shared every tensor goes inside its message. Any thread may call.
 */
public abstract sealed class LinkRegions implements SharedTensors permits ClientRegions, NodeRegions {
    /** Messages with references that may be under way or looked at; beyond it tensors go inside. */
    private static final int MAX_LEASES = 65_536;

    private static final int REGION_ALIGNMENT = 64;
    private static final int FILE_ALIGNMENT = 8;

    private final Sharing sharing;
    private final Map<OpenFile, Integer> fileNumbers = new ConcurrentHashMap<>();
    private final Map<Long, MessageLease> shown = new ConcurrentHashMap<>();
    private volatile @Nullable Connection connection;
    private volatile Availability availability;
    private @Nullable Own own;
    private boolean closed;

    private record Own(TensorRegion region, int number) {}

    LinkRegions(Sharing sharing, Availability atFirst) {
        this.sharing = sharing;
        this.availability = atFirst;
    }

    /** Where regions are given and taken; null if they are not. */
    abstract @Nullable RegionSource source();

    /** The region of a number that the other side has written; null if it may not, or it is over. */
    abstract @Nullable Known find(int number) throws IOException;

    /** Where clients come for regions, as the node's HELLO says; null if it shares none. */
    public abstract @Nullable Path exchange();

    /** The key that this connection's client shows there. */
    public abstract @Nullable String key();

    /** What the other side has said of itself; a client now finds out whether memory can be shared. */
    public abstract void opened(Hello peer);

    /** The other side has ended a region. */
    public abstract void unmapped(int number);

    /** The connection whose memory it is. */
    public final void over(Connection opening) {
        connection = opening;
    }

    /** Whether both sides can lend and map. */
    public final boolean isShared() {
        return availability instanceof Available;
    }

    @Override
    public final Availability availability() {
        return availability;
    }

    final void available(Availability found) {
        availability = found;
    }

    final void tellUnmapped(int number) {
        Connection open = connection;
        if (open != null && !open.isClosed()) {
            open.unmap(number);
        }
    }

    /** For one message that is to be written; null if it can refer to nothing. */
    public final @Nullable LentReferences lending(MessageReferences others) {
        return isShared() ? new LentReferences(this, others) : null;
    }

    /** For one message that has come, whose references are good while {@code arena} lives. */
    public final MessageReferences mapping(Arena arena, MessageReferences others) {
        return new MappedReferences(this, arena, others);
    }

    /** Reads a message whose references are good for as long as anybody refers to what is read; then the lease is released. */
    public final <T extends @Nullable Object> T readKept(
            MessageLease lease, MessageReferences others, Function<MessageReferences, T> reader) {
        Arena arena = Arena.ofAuto();
        MappedReferences references = new MappedReferences(this, arena, others);
        T value;
        try {
            value = reader.apply(references);
        } catch (Throwable broken) {
            lease.release();
            throw broken;
        }
        List<Long> addresses = references.addresses();
        addresses.forEach(address -> shown.put(address, lease));
        MemorySegment _ = MemorySegment.NULL.reinterpret(0, arena, _ -> {
            addresses.forEach(address -> shown.remove(address, lease));
            lease.release();
        });
        return value;
    }

    @Override
    public final void release(Tensor result) {
        MemorySegment elements = result.segment();
        MessageLease lease = elements.isNative() ? shown.get(elements.address()) : null;
        if (lease != null) {
            lease.release();
        }
    }

    @Override
    public final Tensor allocate(ElementType type, Shape shape) {
        Own region = own();
        if (region == null) {
            throw new IllegalStateException("no memory is shared: " + availability);
        }
        return region.region.allocate(type, shape);
    }

    @Override
    public final SharedFile share(Path file) {
        return sharing.open(file);
    }

    /** Where the other side finds a tensor; what has to be held for it is added. Null if it is to go inside. */
    final @Nullable Place lend(Tensor tensor, List<MessageLease> held) {
        MemorySegment elements = tensor.segment();
        Connection open = connection;
        if (elements.byteSize() == 0 || open == null || open.leases() >= MAX_LEASES) {
            return null;
        }
        Place place = ofFile(elements, held);
        if (place == null) {
            place = ofOwn(elements, held);
        }
        return place;
    }

    private @Nullable Place ofFile(MemorySegment elements, List<MessageLease> held) {
        OpenFile file = sharing.fileOf(elements);
        if (file == null) {
            return null;
        }
        long offset = elements.address() - file.address();
        Integer number = offset % FILE_ALIGNMENT == 0 ? numberOf(file) : null;
        if (number == null) {
            return null;
        }
        held.add(() -> {});
        return new Place(number, offset);
    }

    private @Nullable Integer numberOf(OpenFile file) {
        try {
            return fileNumbers.computeIfAbsent(file, each -> give(each.region(), true));
        } catch (IllegalStateException refused) {
            return null;
        }
    }

    private @Nullable Place ofOwn(MemorySegment elements, List<MessageLease> held) {
        Own before = ownOrNone();
        long offset = before == null ? -1 : before.region.offset(elements);
        boolean isLarge = elements.byteSize() >= sharing.options().thresholdBytes();
        if (before != null && offset >= 0 && offset % REGION_ALIGNMENT == 0) {
            Block block = before.region.hold(offset, elements.byteSize());
            if (block != null) {
                held.add(block.share());
                return new Place(before.number, offset);
            }
        }
        Own region = isLarge ? own() : null;
        Block copy = region == null ? null : region.region.copy(elements);
        if (region == null || copy == null) {
            return null;
        }
        held.add(copy.share());
        return new Place(region.number, copy.offset());
    }

    private synchronized @Nullable Own ownOrNone() {
        return own;
    }

    /** The region of this side, made now if there is none; null if it cannot be. */
    private synchronized @Nullable Own own() {
        if (own != null || closed || !isShared()) {
            return own;
        }
        TensorRegion made;
        try {
            made = new TensorRegion(sharing.options().regionBytes());
        } catch (RegionException refused) {
            availability =
                    new Unavailable(String.valueOf(refused.getMessage()), "nothing to do: tensors go in messages");
            return null;
        }
        try {
            own = new Own(made, give(made.region(), false));
        } catch (IllegalStateException refused) {
            made.close();
            availability =
                    new Unavailable(String.valueOf(refused.getMessage()), "nothing to do: tensors go in messages");
        }
        return own;
    }

    private int give(Region region, boolean isFile) {
        RegionSource source = source();
        if (source == null) {
            throw new IllegalStateException("no memory is shared");
        }
        try {
            return source.give(region, isFile);
        } catch (IOException refused) {
            throw new IllegalStateException(refused.getMessage(), refused);
        }
    }

    final void forget(OpenFile file) {
        Integer number = fileNumbers.remove(file);
        RegionSource source = source();
        if (number == null || source == null) {
            return;
        }
        try {
            source.drop(number);
        } catch (IOException gone) {
            // The node has forgotten it with the connection.
            available(new Unavailable("the node cannot be reached: " + gone.getMessage(), "connect again"));
        }
    }

    /** The region that a message refers to. */
    final Known known(int number) {
        Known known;
        try {
            known = find(number);
        } catch (IOException | RegionException | IllegalStateException refused) {
            throw new IllegalArgumentException(
                    "region " + Integer.toUnsignedString(number) + " cannot be mapped: " + refused.getMessage(),
                    refused);
        }
        if (known == null) {
            throw gone(number);
        }
        return known;
    }

    static RuntimeException gone(int number) {
        return new RpcException(
                Failure.UNAVAILABLE,
                "region " + Integer.toUnsignedString(number)
                        + " is unknown: it is not the peer's, or its owner is gone; send the tensor again");
    }

    /** The connection has ended: what this side has lent is nobody's any more. */
    public void closed() {
        Own last;
        synchronized (this) {
            closed = true;
            last = own;
            own = null;
        }
        sharing.remove(this);
        if (last != null) {
            last.region.close();
        }
    }

    /** Nobody looks at what the other side has lent any more. */
    public abstract void unused();
}
