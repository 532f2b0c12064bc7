package dev.psyne.vlm.internal.layer;

import dev.psyne.vlm.internal.checkpoint.StoredTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;

/** Has a mapped layer read from its file before the first product wants it, so that loading is told as it is. */
final class PageReader {
    /** Volatile, so that what nobody looks at is read all the same. */
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    /** The smallest pages there are: no page is left out. */
    private static final long PAGE_BYTES = 4096;

    private static final long PIECE_BYTES = 256 * PAGE_BYTES;

    private PageReader() {}

    /** Touches each page of a layer, which was packed from these tensors. */
    static void read(MemorySegment layer, List<StoredTensor> tensors, LoadMeter meter) {
        double claimed = tensors.stream().mapToLong(meter::claim).sum();
        long bytes = layer.byteSize();
        for (long begin = 0; begin < bytes; begin += PIECE_BYTES) {
            long end = Math.min(bytes, begin + PIECE_BYTES);
            for (long at = begin; at < end; at += PAGE_BYTES) {
                byte _ = (byte) BYTE.getVolatile(layer, at);
            }
            meter.read(end - begin, claimed * (end - begin) / bytes);
        }
    }
}
