package dev.psyne.bench.rpc;

/** Writes and reads the record its own way, over memory of its own. */
public interface SampleCodec {
    /** Writes a message in place of the one before and returns its bytes. */
    int encode(Sample sample);

    /** Reads the message that was written last; every field is there when it returns. */
    Sample decode();
}
