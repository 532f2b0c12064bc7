package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.TraceContext;
import org.jspecify.annotations.Nullable;

/** A call's trace, between what a program binds and what a header carries. */
final class CallTrace {
    private static final long FLAGS = 0xFF;

    private CallTrace() {}

    /** What a call carries that is made now. */
    static dev.psyne.rpc.internal.wire.@Nullable TraceContext toSend() {
        TraceContext current = TraceContext.current();
        return current == null
                ? null
                : new dev.psyne.rpc.internal.wire.TraceContext(
                        current.traceIdHigh(), current.traceIdLow(), current.spanId(), current.flags());
    }

    /** What a peer has sent; ids of zeros are those of no trace. */
    static @Nullable TraceContext received(dev.psyne.rpc.internal.wire.@Nullable TraceContext sent) {
        return sent == null || (sent.traceHigh() | sent.traceLow()) == 0 || sent.span() == 0
                ? null
                : new TraceContext(sent.traceHigh(), sent.traceLow(), sent.span(), (int) (sent.flags() & FLAGS));
    }

    /** Does work where a trace is bound. */
    static void run(TraceContext trace, Runnable work) {
        ScopedValue.where(TraceContext.CURRENT, trace).run(work);
    }
}
