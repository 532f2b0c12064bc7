package dev.psyne.channel.internal.ring;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** As {@link HostileRingTest}, with bytes that a fuzzer makes up from what they reach. */
class HostileRingFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void damageIsAnExceptionAndNeverAWildRead(byte[] input) {
        long _ = HostileRing.act(input);
    }
}
