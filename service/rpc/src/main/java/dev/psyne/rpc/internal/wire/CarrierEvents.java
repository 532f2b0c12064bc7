package dev.psyne.rpc.internal.wire;

/** What a carrier tells of its peer, one event at a time, on the thread that reads. Must not wait. */
public interface CarrierEvents extends MessageSink {
    /** The peer broke a rule; the carrier is closed when this has returned. */
    void broken(ProtocolException rule);

    /** No message comes or goes any more; the last event, and the only one if there was no connection. */
    void closed();
}
