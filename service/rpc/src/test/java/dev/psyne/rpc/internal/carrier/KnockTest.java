package dev.psyne.rpc.internal.carrier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KnockTest {
    private static final String GOLDEN = "0100000000000000" + "efcdab8967452301";

    private static MemorySegment bytes(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex));
    }

    @Test
    void itsBytesAreThoseOfThePage() {
        MemorySegment written = MemorySegment.ofArray(new byte[Knock.BYTES]);
        Knock.write(written, 0x0123456789abcdefL);
        assertEquals(GOLDEN, HexFormat.of().formatHex(written.toArray(ValueLayout.JAVA_BYTE)));
        assertEquals(0x0123456789abcdefL, Knock.read(bytes(GOLDEN)));
    }

    @Test
    void anotherVersionOrAnythingElseIsRefused() {
        for (String other : new String[] {
            "",
            "01000000",
            "0200000000000000" + "efcdab8967452301",
            "0100000001000000" + "efcdab8967452301",
            GOLDEN + "00"
        }) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> Knock.read(bytes(other)));
            assertTrue(String.valueOf(refused.getMessage()).contains("version"), refused.getMessage());
        }
    }

    @Test
    void theChannelsOfAConnectionAreNamedAsThePageSays() {
        IpcAddress address = IpcAddress.parse("ipc:" + "n".repeat(38));
        assertEquals("n".repeat(38) + ".rpc", address.doorName());
        assertEquals("n".repeat(38) + ".rpc-0123456789abcdef.up", address.upName(0x0123456789abcdefL));
        String down = address.downName(-1);
        assertEquals("n".repeat(38) + ".rpc-ffffffffffffffff.down", down);
        assertTrue(down.length() <= 64 && address.isOfConnection(down));
        assertThrows(IllegalArgumentException.class, () -> IpcAddress.parse("ipc:" + "n".repeat(39)));
    }
}
