package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.MessageLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one side of a connection has lent the other, by the numbers of the leases: released when the other side says so, when the call
 * of a message that this side sent as its caller is answered, or when the connection ends. Any thread may call.
 */
final class Leases {
    private record Held(int stream, MessageLease lease) {}

    private final Map<Integer, Held> held = new HashMap<>();

    /** Of the calls that this side makes. */
    private final Map<Integer, List<Integer>> byCall = new HashMap<>();

    private int nextNumber;
    private boolean closed;

    /** Holds a lease from here on; the number that the message tells. */
    int hold(int stream, boolean ownCall, MessageLease lease) {
        synchronized (held) {
            if (!closed) {
                int number = nextNumber++;
                held.put(number, new Held(stream, lease));
                if (ownCall) {
                    byCall.computeIfAbsent(stream, _ -> new ArrayList<>(1)).add(number);
                }
                return number;
            }
        }
        lease.release();
        return 0;
    }

    /** The other side looks at it no more; a number that is not held is passed over. */
    void release(int number) {
        Held released;
        synchronized (held) {
            released = held.remove(number);
            if (released == null) {
                return;
            }
            List<Integer> ofCall = byCall.get(released.stream);
            if (ofCall != null && ofCall.remove(Integer.valueOf(number)) && ofCall.isEmpty()) {
                byCall.remove(released.stream);
            }
        }
        released.lease.release();
    }

    /** A call that this side made has been answered. */
    void answered(int stream) {
        List<MessageLease> released = new ArrayList<>();
        synchronized (held) {
            List<Integer> ofCall = byCall.remove(stream);
            if (ofCall == null) {
                return;
            }
            for (int number : ofCall) {
                Held each = held.remove(number);
                if (each != null) {
                    released.add(each.lease);
                }
            }
        }
        released.forEach(MessageLease::release);
    }

    /** Whether a call that this side made has lent something that is still held. */
    boolean isOfCall(int stream) {
        synchronized (held) {
            return byCall.containsKey(stream);
        }
    }

    /** How many are held. */
    int count() {
        synchronized (held) {
            return held.size();
        }
    }

    /** Releases all, and whatever comes from here on. */
    void close() {
        List<Held> released;
        synchronized (held) {
            closed = true;
            released = List.copyOf(held.values());
            held.clear();
            byCall.clear();
        }
        released.forEach(each -> each.lease.release());
    }
}
