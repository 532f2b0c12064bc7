package dev.psyne.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
    @Test
    void weightsThatAreMappedAreLeftOut() {
        List<String> smaps = List.of(
                "fdc00000-ff467000 rw-p 00000000 00:00 0 ",
                "Size:              24988 kB",
                "Rss:                1024 kB",
                "7f0574200000-7f0574800000 r--s 00000000 08:01 1234                 /models/a b/model.safetensors",
                "Rss:               50000 kB",
                "7f0574900000-7f0574a00000 r--s 00000000 08:01 1235                 /cache/model.psyne",
                "Rss:                9000 kB",
                "7f057f000000-7f057f2e3000 r--p 00000000 08:01 77                   /usr/lib/libjvm.so",
                "Rss:                 512 kB",
                "VmFlags: rd mr mw me");
        assertEquals(1.5, new ResidentMemory(smaps).megabytes());
    }
}
