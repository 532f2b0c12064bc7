package dev.psyne.hypha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopeTest {
    @Test
    void aClaimIsReadAsItIsWritten() {
        String claim = "ws:lab#rw cid:me wid:lab openid";
        Scope scope = Scope.parse(claim);
        assertEquals(new Scope(Map.of("lab", Permission.READ_WRITE), "lab", "me", List.of("openid")), scope);
        assertEquals(claim, scope.toClaim());
        assertEquals("", Scope.parse("  ").toClaim());
    }

    @Test
    void aPermissionIncludesThoseBelowIt() {
        Scope scope = Scope.of("lab", Permission.READ_WRITE);
        assertTrue(scope.allows("lab", Permission.READ));
        assertFalse(scope.allows("lab", Permission.ADMIN));
        assertFalse(scope.allows("other", Permission.READ));
        assertTrue(User.root().scope().allows("other", Permission.ADMIN));
    }

    @Test
    void aWordWithoutAPermissionIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Scope.parse("ws:lab"));
        assertThrows(IllegalArgumentException.class, () -> Scope.parse("ws:lab#x"));
    }
}
