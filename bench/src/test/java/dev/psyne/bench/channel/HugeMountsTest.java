package dev.psyne.bench.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HugeMountsTest {
    private static final String SMAPS = """
            7f00-7f10 rw-s 00000000 00:2a 5 /tmp/huge/bench-1/psyne.ring.pages
            Size:              65536 kB
            ShmemPmdMapped:    32768 kB
            VmFlags: rd wr sh mr mw me ms
            7f20-7f30 rw-s 00000000 00:2b 5 /tmp/huge/bench-10/psyne.ring.pages
            ShmemPmdMapped:     2048 kB
            7f40-7f50 rw-s 00000000 00:2a 6 /tmp/huge/bench-1/psyne.ring.more
            ShmemPmdMapped:        4 kB
            """;

    @Test
    void hugePagesAreCountedInMappingsBelowTheFolderAlone() {
        assertEquals(32772 << 10, HugeMounts.hugeBytes(SMAPS, Path.of("/tmp/huge/bench-1")));
        assertEquals(0, HugeMounts.hugeBytes(SMAPS, Path.of("/tmp/ordinary")));
    }
}
