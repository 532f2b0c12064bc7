package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.MessageLease;
import dev.psyne.rpc.internal.wire.ProtocolException;
import java.lang.foreign.MemorySegment;
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
    private int hold(int stream, boolean ownCall, MessageLease lease) {
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

    /** Takes over what a message lends, and writes the lease's number into it; the flag that says so, or 0. */
    int lend(int stream, boolean ownCall, MessageBuffer payload) {
        MessageLease lease = payload.takeLease();
        if (lease == null) {
            return 0;
        }
        int number = hold(stream, ownCall, lease);
        long at = payload.segment().byteSize() - MessageLease.NUMBER_BYTES;
        payload.segment().set(ControlNumbers.INT, at, number);
        return MessageLease.FLAG;
    }

    /** The other side has sent the numbers of leases that it needs no more. */
    void release(MemorySegment numbers) throws ProtocolException {
        if (numbers.byteSize() % Integer.BYTES != 0) {
            throw new ProtocolException("a release of " + numbers.byteSize() + " bytes; each lease has four");
        }
        for (long at = 0; at < numbers.byteSize(); at += Integer.BYTES) {
            release(numbers.get(ControlNumbers.INT, at));
        }
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
