package dev.psyne.rpc;

import dev.psyne.fiber.JobRejectedException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One client and its calls. The carrier hands over frames one at a time and in order; {@link #onClosed} may come from
 * any thread at any time.
 */
public final class RpcConnection {
    private static final int MAX_REASON = 120;

    private final RpcServer server;
    private final FrameSink sink;
    private final Map<Long, RpcCall> calls = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private long lastId = -1;
    private volatile boolean closed;

    RpcConnection(RpcServer server, FrameSink sink) {
        this.server = server;
        this.sink = sink;
    }

    /**
     * Takes one frame. A broken one closes the connection with a reason; nothing is thrown for it. Frames after the
     * close are ignored.
     *
     * @param frame read only during this call; what a call needs of it is copied
     */
    public void onFrame(MemorySegment frame) {
        if (closed) {
            return;
        }
        try {
            switch (ClientMessageDecoder.decode(frame, server.limits().frameBytes())) {
                case ClientMessage.Call call -> start(call);
                case ClientMessage.Grant grant -> grant(grant);
                case ClientMessage.Cancel cancel -> cancel(cancel.id());
                case ClientMessage.Ping _ -> reply(messages().pong());
                case ClientMessage.Pong _ -> {}
            }
        } catch (BrokenFrameException broken) {
            close(broken.closeCode(), broken.reason());
        }
    }

    /** The connection is gone: cancels every call at once. May be called again. */
    public void onClosed() {
        closed = true;
        RunAll.run(calls.values().stream().<Runnable>map(call -> call::cancel).toList());
    }

    private void start(ClientMessage.Call message) {
        if (message.id() <= lastId) {
            throw new BrokenFrameException("call id " + message.id() + " comes after " + lastId + ": ids must grow");
        }
        lastId = message.id();
        try {
            RpcMethod method = server.method(message.method());
            RpcLimits limits = server.limits();
            Credit credit = new Credit(0, limits.creditPerCall());
            grant(credit, message.credit());
            RpcCall call = new RpcCall(message.id(), message.arguments(), credit, this);
            enter();
            spawn(new CallJob(message.method(), method, call));
        } catch (RpcException refused) {
            reply(messages().error(message.id(), refused.code(), refused.getMessage()));
        }
    }

    private void spawn(CallJob job) {
        calls.put(job.call().id(), job.call());
        if (closed) {
            job.call().cancel();
        }
        try {
            server.scheduler().spawn(job);
        } catch (JobRejectedException rejected) {
            forget(job.call());
            leave();
            throw new RpcException(ErrorCodes.BUSY, "the node has too much to do: try again later");
        }
    }

    private void enter() {
        if (places.incrementAndGet() > server.limits().callsPerConnection()) {
            leave();
            throw new RpcException(
                    ErrorCodes.BUSY,
                    "this connection has " + server.limits().callsPerConnection()
                            + " calls running, which is the limit: wait for one to end");
        }
    }

    /** Gives a call's place back. */
    void leave() {
        places.decrementAndGet();
    }

    private void grant(ClientMessage.Grant message) {
        RpcCall call = calls.get(message.id());
        if (call == null) {
            return;
        }
        try {
            grant(call.credit(), message.items());
        } catch (RpcException exceeded) {
            if (call.cancel()) {
                reply(messages().error(call.id(), exceeded.code(), exceeded.getMessage()));
            }
        }
    }

    private static void grant(Credit credit, long items) {
        if (items > 0) {
            credit.grant((int) Math.min(items, Integer.MAX_VALUE));
        }
    }

    private void cancel(long id) {
        RpcCall call = calls.get(id);
        if (call != null) {
            call.cancel();
        }
    }

    private void close(int code, String reason) {
        closed = true;
        String printable = reason.replaceAll("[^ -~]", "?");
        try {
            sink.close(code, printable.substring(0, Math.min(printable.length(), MAX_REASON)));
        } finally {
            onClosed();
        }
    }

    ServerMessages messages() {
        return server.messages();
    }

    void forget(RpcCall call) {
        calls.remove(call.id());
    }

    /** Sends a frame of a call; a sink that fails closes the connection. */
    void deliver(byte[] frame) {
        try {
            sink.send(frame);
        } catch (RuntimeException failure) {
            onClosed();
            throw new CallCancelledException(failure);
        }
    }

    /** Sends a frame that no call waits for. */
    private void reply(byte[] frame) {
        try {
            deliver(frame);
        } catch (CallCancelledException gone) {
            // The connection is closed by now and the carrier knows: nobody is left to tell.
            return;
        }
    }
}
