package dev.psyne.rpc.internal.region;

import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.ValueCodec;
import dev.psyne.rpc.internal.wire.MessageLease;
import dev.psyne.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one message that is being written says by reference. One thread's. */
public final class LentReferences implements MessageReferences {
    private final LinkRegions regions;
    private final MessageReferences others;
    private final List<MessageLease> held = new ArrayList<>(1);

    LentReferences(LinkRegions regions, MessageReferences others) {
        this.regions = regions;
        this.others = others;
    }

    @Override
    public @Nullable Place place(Tensor tensor) {
        return regions.lend(tensor, held);
    }

    @Override
    public int number(Object callback, ValueCodec.Callback codec) {
        return others.number(callback, codec);
    }

    /** The lease of all of it, which is the caller's from here on; null if the message refers to nothing. */
    public @Nullable MessageLease takeLease() {
        if (held.isEmpty()) {
            return null;
        }
        List<MessageLease> all = List.copyOf(held);
        held.clear();
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) {
                all.forEach(MessageLease::release);
            }
        };
    }

    /** Gives back what nobody has taken: there will be no message. */
    public void abandon() {
        held.forEach(MessageLease::release);
        held.clear();
    }
}
