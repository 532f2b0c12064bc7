package dev.psyne.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorResponseTest {
    @Test
    void everyCharacterIsEscapedThatHasToBe() {
        String nasty = "\"\\\n\u0000</script>\u2028\ud83d\ude00\ud83dx\u00fc";
        assertEquals(
                "{\"error\":{\"message\":\"\\\"\\\\\\u000a\\u0000\\u003c/script>\\u2028\\ud83d\\ude00\\ud83dx\\u00fc\","
                        + "\"type\":\"invalid_request_error\",\"code\":\"c\"}}",
                new String(ErrorResponse.invalid(400, "c", nasty).json(), UTF_8));
    }

    @Test
    void anErrorIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> new HttpException(200, "t", "c", "fine"));
        ErrorResponse answer = ErrorResponse.of(new HttpException(404, "t", "c", "gone"));
        assertEquals(404, answer.status());
        assertEquals("gone", answer.message());
    }

    @Test
    void limitsArePositive() {
        HttpLimits limits = HttpLimits.standard();
        assertEquals(20L << 20, limits.maxBodyBytes());
        assertThrows(IllegalArgumentException.class, () -> limits.withMaxBodyBytes(0));
        assertThrows(IllegalArgumentException.class, () -> limits.withRequests(1, -1));
        assertThrows(IllegalArgumentException.class, () -> limits.withSeconds(1, 0, 1));
    }

    @Test
    void aHandlerThatRefusesForLoadSaysWhenToTryAgain() {
        ErrorResponse busy = ErrorResponse.of(new HttpException(429, "rate_limit_error", "busy", "Try again."));
        assertEquals(Map.of("Retry-After", "1"), busy.headers());
        assertEquals(
                Map.of(),
                ErrorResponse.of(HttpException.invalid(400, "wrong", "No.")).headers());
    }
}
