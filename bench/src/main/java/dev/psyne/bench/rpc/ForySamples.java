package dev.psyne.bench.rpc;

import org.apache.fory.Fory;
import org.apache.fory.memory.MemoryBuffer;

/** Apache Fory between Java programs, its class registered, without references. */
final class ForySamples implements SampleCodec {
    private static final int MESSAGE_BYTES = 4096;

    private final Fory fory = Fory.builder()
            .withXlang(false)
            .withRefTracking(false)
            .withCompatible(true)
            .requireClassRegistration(true)
            .withAsyncCompilation(false)
            .build();
    private final MemoryBuffer buffer = MemoryBuffer.newHeapBuffer(MESSAGE_BYTES);

    ForySamples() {
        fory.register(Sample.class);
    }

    @Override
    public int encode(Sample sample) {
        buffer.writerIndex(0);
        fory.serialize(buffer, sample);
        return buffer.writerIndex();
    }

    @Override
    public Sample decode() {
        buffer.readerIndex(0);
        return (Sample) fory.deserialize(buffer);
    }
}
