package dev.psyne.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ItemsTest {
    @Test
    void itemsComeInOrderAndEndForGood() throws Exception {
        try (Items<String> items = Items.of(List.of("one", "two"))) {
            assertEquals("one", items.next());
            assertEquals("two", items.next());
            assertNull(items.next());
            assertNull(items.next());
        }
    }

    @Test
    void whoClosesWantsNoMore() throws Exception {
        Items<Integer> items = Items.of(ItemsTest::endless);
        assertEquals(1, items.next());
        items.close();
        items.close();
        assertNull(items.next());
    }

    @Test
    void itemsAreMadeAsTheyArePulled() throws Exception {
        int[] made = new int[1];
        Items<Integer> items = Items.of(() -> Stream.generate(() -> ++made[0]).iterator());
        assertEquals(1, items.next());
        assertEquals(2, items.next());
        assertEquals(2, made[0]);
    }

    @Test
    void nullIsNoItem() throws Exception {
        Items<String> items = Items.of(Arrays.asList("one", null));
        assertEquals("one", items.next());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, items::next);
        assertTrue(String.valueOf(e.getMessage()).contains("item 1 is null"), e.getMessage());
    }

    private static Iterator<Integer> endless() {
        return Stream.iterate(1, last -> last + 1).iterator();
    }
}
