package dev.psyne.rpc.internal.wire;

/** The peer broke a rule of the protocol: the connection ends. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says which rule. */
    public ProtocolException(String rule) {
        super(rule);
    }
}
