package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HyphaLimitsTest {
    private static final Map<String, UnaryOperator<HyphaLimits.Builder>> NONE = Map.ofEntries(
            Map.entry("clients", limits -> limits.clients(0)),
            Map.entry("handshakeSeconds", limits -> limits.handshakeSeconds(0)),
            Map.entry("idleSeconds", limits -> limits.idleSeconds(0)),
            Map.entry("pauseBytes", limits -> limits.pauseBytes(0)),
            Map.entry("stallSeconds", limits -> limits.stallSeconds(0)),
            Map.entry("servicesPerClient", limits -> limits.servicesPerClient(0)),
            Map.entry("serviceBytes", limits -> limits.serviceBytes(0)),
            Map.entry("subscriptionsPerClient", limits -> limits.subscriptionsPerClient(0)),
            Map.entry("callsPerClient", limits -> limits.callsPerClient(0)),
            Map.entry("messagesPerClient", limits -> limits.messagesPerClient(0)),
            Map.entry("workspacesPerUser", limits -> limits.workspacesPerUser(0)),
            Map.entry("httpCalls", limits -> limits.httpCalls(0)));

    @Test
    void eachLimitAllowsSomethingAndIsNamedIfItDoesNot() {
        NONE.forEach((name, none) -> assertEquals(name + " must be at least 1: 0", refusal(none)));
        assertEquals("clientFrameBytes must be at least 8192: 8191", refusal(limits -> limits.clientFrameBytes(8_191)));
        assertTrue(refusal(limits -> limits.messageBytes(499_999)).endsWith("at least 500000: 499999"));
    }

    @Test
    void noPartIsLargerThanItsWhole() {
        assertTrue(refusal(limits -> limits.pauseBytes(9).outboxBytes(8)).startsWith("pauseBytes 9, outboxBytes 8"));
        assertTrue(refusal(limits -> limits.allOutboxBytes(7)).contains("allOutboxBytes 7"));
        assertTrue(refusal(limits -> limits.callsPerClient(3).allCalls(2)).contains("callsPerClient 3"));
        assertTrue(refusal(limits -> limits.allMessageBytes(500_000)).contains("allMessageBytes 500000"));
    }

    @Test
    void whatIsNotSaidIsTheStandard() {
        HyphaLimits limits = HyphaLimits.builder().servicesPerClient(7).build();
        assertEquals(7, limits.servicesPerClient());
        assertEquals(HyphaLimits.standard(), HyphaLimits.builder().build());
        assertEquals(HyphaLimits.standard().clients(), limits.clients());
    }

    @Test
    void eachLimitIsSetByItsName() throws ReflectiveOperationException {
        for (RecordComponent limit : HyphaLimits.class.getRecordComponents()) {
            long standard = ((Number) limit.getAccessor().invoke(HyphaLimits.standard())).longValue();
            HyphaLimits changed =
                    HyphaLimits.builder().set(limit.getName(), standard + 1).build();
            assertEquals(standard + 1, ((Number) limit.getAccessor().invoke(changed)).longValue(), limit.getName());
            HyphaLimits back = HyphaLimits.builder()
                    .set(limit.getName(), standard + 1)
                    .set(limit.getName(), standard)
                    .build();
            assertEquals(HyphaLimits.standard(), back);
        }
        assertEquals("clients must be 0 to 2147483647: 2147483648", refusal(limits -> limits.set("clients", 1L << 31)));
        assertEquals(
                "there is no limit 'client'; docs/hypha.md has their names",
                refusal(limits -> limits.set("client", 1)));
    }

    private static String refusal(UnaryOperator<HyphaLimits.Builder> change) {
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> change.apply(HyphaLimits.builder()).build())
                .getMessage());
    }
}
