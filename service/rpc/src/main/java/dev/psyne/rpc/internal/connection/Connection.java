package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.Carrier;
import dev.psyne.rpc.internal.wire.CarrierEvents;
import dev.psyne.rpc.internal.wire.FrameKind;
import dev.psyne.rpc.internal.wire.Lane;
import dev.psyne.rpc.internal.wire.MessageBuffer;
import dev.psyne.rpc.internal.wire.OutgoingMessage;
import dev.psyne.rpc.internal.wire.ProtocolException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of both sides over one carrier. What comes is told on the thread that reads; calls are made and answered from
 * anywhere, and nothing waits. When the connection ends every call ends with it.
 */
public final class Connection implements CarrierEvents {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_PING_BYTES = 64;

    /** A peer that leaves so many times the bound unread is given up. */
    private static final int GIVEN_UP_TIMES = 2;

    private static final int CALLBACK_LEAD_BYTES = 8;
    private static final int CALLBACK_CALL_AT = 4;

    private final boolean client;
    private final Hello own;
    private final Carrier carrier;
    private final ConnectionLimits limits;
    private final ConnectionEvents events;
    private final Map<Integer, OutgoingCall> outgoing = new ConcurrentHashMap<>();
    private final Map<Integer, IncomingCall> incoming = new ConcurrentHashMap<>();
    private final AtomicInteger nextNumber;
    private final AtomicLong nearestDeadline = new AtomicLong(Long.MAX_VALUE);
    private final Leases leases = new Leases();
    private final PeerLeases peerLeases;
    private volatile @Nullable Hello peer;
    private volatile @Nullable Failure ended;
    private volatile boolean leaving;
    private volatile boolean heard = true;
    private boolean asked;

    private Connection(boolean client, Hello own, Carrier carrier, ConnectionLimits limits, ConnectionEvents events) {
        this.client = client;
        this.own = own;
        this.carrier = carrier;
        this.limits = limits;
        this.events = events;
        this.nextNumber = new AtomicInteger(client ? 1 : 2);
        this.peerLeases = new PeerLeases(this, () -> events.regionsUnused(this));
    }

    /** The side that has connected and says hello at once, if {@code client}; or the other, which answers. */
    public static Connection open(
            boolean client, Hello own, Carrier carrier, ConnectionLimits limits, ConnectionEvents events) {
        Connection connection = new Connection(client, own, carrier, limits, events);
        if (client) {
            connection.sayHello();
        }
        return connection;
    }

    /** Whether calls can be made. */
    public boolean isOpen() {
        return peer != null && ended == null && !leaving;
    }

    /** Whether it has ended. */
    public boolean isClosed() {
        return ended != null;
    }

    /** The other side, for messages to people. */
    public String peerName() {
        return carrier.peer();
    }

    /** What the other side has said of itself; null before that. */
    public @Nullable Hello peer() {
        return peer;
    }

    /** What it may hold. */
    public ConnectionLimits limits() {
        return limits;
    }

    /** Calls under way that the other side makes. */
    public int callsIn() {
        return incoming.size();
    }

    /** Calls under way that this side makes. */
    public int callsOut() {
        return outgoing.size();
    }

    /** Messages with references that this side has sent and the other may still look at. */
    public int leases() {
        return leases.count();
    }

    /** Tells the other side that nothing comes by reference to a region any more. */
    public void unmap(int region) {
        carrier.send(OutgoingMessage.of(FrameKind.UNMAP, 0, Lane.CONTROL, 0, ControlNumbers.payload(region)));
    }

    /** Bytes that wait to be sent. */
    public long waitingBytes() {
        return carrier.waitingBytes();
    }

    /**
     * Makes a call; its events may come before this returns.
     *
     * @param payload header and arguments, which are the connection's from here on
     * @param streams whether items follow from this side
     * @param creditBytes as the header grants
     * @return null, and the payload is still the caller's, if no call can be made now: {@link #refusal} says why
     */
    public @Nullable OutgoingCall call(
            MessageBuffer payload, int flags, Lane lane, long creditBytes, CallerEvents listener) {
        return begin(FrameKind.CALL, payload, flags, lane, creditBytes, listener);
    }

    /** Calls a callback of the other side's, whose number and whose argument are in the payload; otherwise as {@link #call}. */
    public @Nullable OutgoingCall callback(MessageBuffer payload, Lane lane, CallerEvents listener) {
        return begin(FrameKind.CALLBACK, payload, 0, lane, 0, listener);
    }

    /** Why no call can be made now. */
    public Failure refusal() {
        Failure end = ended;
        if (end != null) {
            return Failure.unsent(endedMessage(end));
        }
        if (leaving) {
            return Failure.unsent(carrier.peer() + " takes no new calls: it is about to stop");
        }
        return Failure.busy("the connection to " + carrier.peer() + " has " + outgoing.size() + " calls under way and "
                + carrier.waitingBytes() + " bytes that wait to be sent, which is as much as it may have");
    }

    /** Waits for what its messages bring about: {@link Carrier#await}. */
    public boolean await(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        return carrier.await(done, deadlineNanos);
    }

    /** Waits for what the messages of a call bring about; otherwise as above. */
    public boolean await(OutgoingCall call, BooleanSupplier done, long deadlineNanos) throws InterruptedException {
        if (deadlineNanos == Long.MAX_VALUE || !Thread.currentThread().isVirtual()) {
            return carrier.await(done, deadlineNanos);
        }
        // A timer for each virtual thread that waits would cost more than its call.
        call.waits(deadlineNanos);
        watch(deadlineNanos);
        events.waits(deadlineNanos);
        boolean _ = carrier.await(() -> done.getAsBoolean() || call.isLate(), Long.MAX_VALUE);
        return done.getAsBoolean();
    }

    private void watch(long deadlineNanos) {
        if (deadlineNanos < nearestDeadline.get()) {
            nearestDeadline.accumulateAndGet(deadlineNanos, Math::min);
        }
    }

    /**
     * Ends the other side's calls whose deadline has passed, and wakes those who have waited for theirs until now; the nearest
     * deadline of those that are left, or {@link Long#MAX_VALUE}.
     */
    long expire(long nowNanos) {
        long known = nearestDeadline.get();
        if (known > nowNanos) {
            return known;
        }
        // A call that comes meanwhile is seen below or counts itself after this.
        nearestDeadline.set(Long.MAX_VALUE);
        long nearest = Long.MAX_VALUE;
        for (IncomingCall call : incoming.values()) {
            if (call.deadlineNanos() <= nowNanos) {
                call.expire();
            } else {
                nearest = Math.min(nearest, call.deadlineNanos());
            }
        }
        for (OutgoingCall call : outgoing.values()) {
            nearest = Math.min(nearest, call.expire(nowNanos));
        }
        return nearestDeadline.accumulateAndGet(nearest, Math::min);
    }

    /** Tells the other side to make no new calls. */
    public void leave(Failure reason) {
        carrier.send(OutgoingMessage.of(FrameKind.GOAWAY, 0, Lane.CONTROL, 0, WireRecords.encode(reason)));
    }

    /** Ends it for a reason that the other side is told. */
    public void close(Failure reason) {
        if (end(reason)) {
            leave(reason);
            carrier.close();
        }
    }

    /** To be called every {@link ConnectionLimits#idleSeconds()}: asks a silent peer whether it is there, and gives it up. */
    public void checkHeard() {
        if (heard) {
            heard = false;
            asked = false;
        } else if (!asked) {
            asked = true;
            carrier.send(OutgoingMessage.empty(FrameKind.PING, Lane.CONTROL, 0));
        } else {
            close(new Failure(Failure.UNAVAILABLE, "nothing was heard for " + 2 * limits.idleSeconds() + " s"));
        }
    }

    @Override
    public void message(ReceivedMessage message) throws ProtocolException {
        heard = true;
        if (ended != null) {
            return;
        }
        if (message.kind() == FrameKind.HELLO) {
            hello(message);
            return;
        }
        if (peer == null && message.kind() != FrameKind.GOAWAY) {
            throw new ProtocolException("a " + message.kind() + " frame before HELLO");
        }
        switch (message.kind()) {
            case CALL, CALLBACK -> called(message);
            case ITEM, END, ERROR, CREDIT, CANCEL -> ofStream(message);
            case RELEASE -> leases.release(message.payload());
            case UNMAP -> events.unmapped(ControlNumbers.read("a region to be unmapped", message.payload()));
            case PING -> pinged(message.payload());
            case GOAWAY -> left(WireRecords.decode(WireRecords.FAILURE, message.payload()));
            case PONG, HELLO -> {}
        }
    }

    /** What a call that is over still gets is under way, and worth no memory. */
    @Override
    public boolean wants(FrameKind kind, int stream) {
        return switch (kind) {
            case ITEM, END, ERROR, CREDIT, CANCEL ->
                isOwn(stream) ? outgoing.containsKey(stream) || leases.isOfCall(stream) : incoming.containsKey(stream);
            case HELLO, CALL, CALLBACK, PING, PONG, GOAWAY, RELEASE, UNMAP -> true;
        };
    }

    @Override
    public void refused(FrameKind kind, int stream, int totalBytes) {
        if (kind == FrameKind.END || kind == FrameKind.ERROR) {
            leases.answered(stream);
        }
        String reason = "no memory for a message of " + totalBytes + " bytes now";
        OutgoingCall own = isOwn(stream) ? outgoing.remove(stream) : null;
        IncomingCall theirs = isOwn(stream) ? null : incoming.get(stream);
        if (own != null && own.endFailed(Failure.UNAVAILABLE)) {
            carrier.send(OutgoingMessage.empty(FrameKind.CANCEL, own.lane, stream));
            own.events().failed(new Failure(Failure.UNAVAILABLE, reason));
        } else if (theirs != null) {
            theirs.cancelled();
            sendFailure(Lane.CONTROL, stream, new Failure(Failure.UNAVAILABLE, reason));
        } else if (kind == FrameKind.CALL || kind == FrameKind.CALLBACK) {
            sendFailure(Lane.CONTROL, stream, Failure.busy(reason));
        }
    }

    @Override
    public void broken(ProtocolException rule) {
        close(new Failure(Failure.PROTOCOL_ERROR, String.valueOf(rule.getMessage())));
    }

    @Override
    public void closed() {
        end(new Failure(Failure.UNAVAILABLE, carrier.peer() + " is gone"));
    }

    void send(OutgoingMessage message) {
        carrier.send(message);
    }

    void expect(int streams) {
        carrier.expect(streams);
    }

    void sendCredit(int stream, int bytes) {
        carrier.send(OutgoingMessage.of(FrameKind.CREDIT, 0, Lane.CONTROL, stream, ControlNumbers.payload(bytes)));
    }

    /** Takes over what the message lends, and writes the lease's number into it; the flag that says so, or 0. */
    int lent(int stream, MessageBuffer payload) {
        return leases.lend(stream, isOwn(stream), payload);
    }

    void sendFailure(Lane lane, int stream, Failure failure) {
        carrier.send(OutgoingMessage.of(FrameKind.ERROR, 0, lane, stream, WireRecords.encode(failure)));
    }

    void forget(OutgoingCall call) {
        outgoing.remove(call.number, call);
        // What is lent to the callee comes back with its answer, wanted or not.
        if (!leases.isOfCall(call.number)) {
            carrier.forget(call.number);
        }
    }

    void forget(IncomingCall call) {
        incoming.remove(call.number, call);
        carrier.forget(call.number);
    }

    private @Nullable OutgoingCall begin(
            FrameKind kind, MessageBuffer payload, int flags, Lane lane, long creditBytes, CallerEvents listener) {
        if (!isOpen() || outgoing.size() >= limits.calls() || carrier.waitingBytes() > limits.waitingBytes()) {
            return null;
        }
        int number = nextNumber.getAndAdd(2);
        OutgoingCall call = new OutgoingCall(this, number, lane, creditBytes, listener);
        outgoing.put(number, call);
        if (ended != null && outgoing.remove(number, call)) {
            return null;
        }
        if (lane == Lane.STREAM) {
            expect(1);
        }
        call.countSent(payload.segment().byteSize());
        int references = lent(number, payload);
        carrier.send(OutgoingMessage.of(kind, flags | references, lane, number, payload));
        return call;
    }

    private void hello(ReceivedMessage message) throws ProtocolException {
        if (peer != null) {
            throw new ProtocolException("a second HELLO");
        }
        Hello said = WireRecords.decode(WireRecords.HELLO, message.payload());
        if (said.version() != Hello.VERSION) {
            throw new ProtocolException("version " + said.version() + " of the protocol; this is " + Hello.VERSION);
        }
        peer = said;
        Failure refusal = events.opened(this, said);
        if (refusal != null) {
            close(refusal);
        } else if (!client) {
            sayHello();
        }
    }

    private void sayHello() {
        carrier.send(OutgoingMessage.of(FrameKind.HELLO, 0, Lane.CONTROL, 0, WireRecords.encode(own)));
    }

    private void called(ReceivedMessage message) throws ProtocolException {
        int stream = message.stream();
        if (stream == 0 || isOwn(stream) || incoming.containsKey(stream)) {
            throw new ProtocolException("a call numbered " + stream + ", which is in use or not the caller's to give");
        }
        if (isUnread()) {
            sendFailure(Lane.CONTROL, stream, Failure.busy("too many answers wait to be read"));
            return;
        }
        if (incoming.size() >= limits.calls()) {
            sendFailure(
                    Lane.CONTROL,
                    stream,
                    Failure.busy("there are " + limits.calls() + " calls under way, which is as many as there may be"));
            return;
        }
        if (message.kind() == FrameKind.CALLBACK) {
            calledBack(message);
            return;
        }
        CallHeader header = CallHeader.read(message.payload(), message.flags());
        long deadline = header.deadlineMillis() == 0
                ? Long.MAX_VALUE
                : System.nanoTime() + header.deadlineMillis() * 1_000_000L;
        boolean streams = (message.flags() & CallHeader.STREAMS) != 0;
        IncomingCall call = new IncomingCall(
                this,
                stream,
                message.lane(),
                header.creditBytes(),
                streams ? Credit.FIRST_BYTES : 0,
                deadline,
                (message.flags() & CallHeader.TAKES_REFERENCES) != 0);
        incoming.put(stream, call);
        watch(deadline);
        peerLeases.lend(message, call);
        events.call(call, header, message);
    }

    private void calledBack(ReceivedMessage message) throws ProtocolException {
        MemorySegment payload = message.payload();
        if (payload.byteSize() < CALLBACK_LEAD_BYTES) {
            throw new ProtocolException("a callback of " + payload.byteSize() + " bytes");
        }
        IncomingCall callback = new IncomingCall(this, message.stream(), message.lane(), 0, 0, Long.MAX_VALUE, false);
        incoming.put(message.stream(), callback);
        OutgoingCall within = outgoing.get(payload.get(INT, CALLBACK_CALL_AT));
        if (within == null) {
            callback.fail(new Failure(Failure.CANCELLED, "the call that gave the callback is over"));
        } else {
            within.events().callback(callback, payload.get(INT, 0), message);
        }
    }

    private void ofStream(ReceivedMessage message) throws ProtocolException {
        if (isOwn(message.stream())) {
            peerLeases.lend(message, null);
            OutgoingCall call = outgoing.get(message.stream());
            if (call != null) {
                call.take(message);
            }
            if (message.kind() == FrameKind.END || message.kind() == FrameKind.ERROR) {
                leases.answered(message.stream());
            }
        } else {
            IncomingCall call = incoming.get(message.stream());
            peerLeases.lend(message, call);
            if (call != null) {
                call.take(message);
            }
        }
    }

    /** Whether the peer asks and does not read what it is answered. */
    private boolean isUnread() {
        long waiting = carrier.waitingBytes();
        if (waiting > GIVEN_UP_TIMES * limits.waitingBytes()) {
            close(new Failure(Failure.UNAVAILABLE, waiting + " bytes of answers were not read"));
        }
        return waiting > limits.waitingBytes();
    }

    private void pinged(MemorySegment data) throws ProtocolException {
        if (data.byteSize() > MAX_PING_BYTES) {
            throw new ProtocolException("a ping of " + data.byteSize() + " bytes; it has up to " + MAX_PING_BYTES);
        }
        if (isUnread()) {
            return;
        }
        MemorySegment copy = MemorySegment.ofArray(data.toArray(ValueLayout.JAVA_BYTE));
        carrier.send(OutgoingMessage.of(FrameKind.PONG, 0, Lane.CONTROL, 0, copy));
    }

    private void left(Failure reason) {
        leaving = true;
        events.leaving(this);
        if (peer == null) {
            end(reason);
            carrier.close();
        }
    }

    private boolean isOwn(int stream) {
        return (stream & 1) == (client ? 1 : 0);
    }

    private String endedMessage(Failure end) {
        return "the connection to " + carrier.peer() + " has ended: " + end.message();
    }

    /** Ends every call; false if that was done before. */
    private boolean end(Failure reason) {
        synchronized (this) {
            if (ended != null) {
                return false;
            }
            ended = reason;
        }
        Failure gone = new Failure(Failure.UNAVAILABLE, endedMessage(reason));
        for (OutgoingCall call : outgoing.values()) {
            if (outgoing.remove(call.number, call) && call.endFailed(gone.code())) {
                call.events().failed(gone);
            }
        }
        incoming.values().forEach(IncomingCall::cancelled);
        leases.close();
        peerLeases.ended();
        events.closed(this, reason);
        return true;
    }
}
