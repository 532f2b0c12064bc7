package dev.psyne.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The default secret of XXH3, 192 bytes that its specification lists, and what a seed makes of it. */
final class XxHash3Secret {
    static final int BYTES = 192;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] DEFAULT = HexFormat.of()
            .parseHex("b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                    + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                    + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                    + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                    + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                    + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

    private XxHash3Secret() {}

    /** Eight bytes of the default secret from any place. */
    static long word(int at) {
        return (long) WORDS.get(DEFAULT, at);
    }

    /** The secret for long inputs: seed added to the even words and subtracted from the odd ones. */
    static byte[] seeded(long seed) {
        byte[] secret = new byte[BYTES];
        for (int at = 0; at < BYTES; at += 2 * Long.BYTES) {
            WORDS.set(secret, at, word(at) + seed);
            WORDS.set(secret, at + Long.BYTES, word(at + Long.BYTES) - seed);
        }
        return secret;
    }

    /** As many words of a secret from any place. */
    static long[] words(byte[] secret, int at, int count) {
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = (long) WORDS.get(secret, at + i * Long.BYTES);
        }
        return words;
    }
}
