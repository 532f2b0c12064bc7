package dev.psyne.rpc.internal.wire;

/** Where a call stands in a trace (W3C Trace Context, section 3.2): the two halves of the trace id, the parent id, the flags. */
public record TraceContext(long traceHigh, long traceLow, long span, long flags) {}
