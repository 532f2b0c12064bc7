package dev.psyne.platform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0-3,8,10-11; 0-3,8,10-11; 7",
                "3,1,2; 1-3; 3",
                "0-4,2-6; 0-6; 7",
                "' 5\t'; 5; 1",
                "0-2303; 0-2303; 2304",
                "65535; 65535; 1",
                "''; ''; 0"
            })
    void aListIsReadAndWrittenAsTheKernelDoes(String list, String written, int count) {
        CpuSet cpus = CpuSet.parse(list);
        assertEquals(written, cpus.toString());
        assertEquals(count, cpus.count());
        assertEquals(cpus, CpuSet.parse(cpus.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "1,",
                ",1",
                "1,,2",
                "a",
                "-",
                "-1",
                "1-",
                "3-1",
                "0-3:1/2",
                "0x3",
                "1 2",
                "65536",
                "0-65536",
                "99999999999999999999",
                "1--2",
                "0-3-5",
                "+1",
                "٣"
            })
    void whatIsNoListIsRefusedWithThePartThatIsWrong(String list) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> CpuSet.parse(list)));
        assertTrue(message.contains("of '" + list + "'"), message);
    }

    @Test
    void anySetSurvivesItsList() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int[] cpus = random.ints(random.nextInt(100), 0, 1 + random.nextInt(4096))
                    .toArray();
            CpuSet set = CpuSet.of(cpus);
            assertEquals(set, CpuSet.parse(set.toString()));
        }
    }

    @Test
    void setsAreComparedAndCombined() {
        CpuSet even = CpuSet.of(0, 2, 4, 1024);
        assertEquals(CpuSet.of(2, 4), even.and(CpuSet.range(1, 5)));
        assertEquals(CpuSet.of(0, 1024), even.without(CpuSet.range(1, 5)));
        assertTrue(even.containsAll(CpuSet.of(0, 1024)));
        assertFalse(even.containsAll(CpuSet.of(0, 1)));
        assertTrue(even.containsAll(CpuSet.none()));
        assertTrue(even.contains(1024));
        assertFalse(even.contains(-1));
        assertArrayEquals(new int[] {0, 2, 4, 1024}, even.stream().toArray());
        assertEquals(17, even.words().length);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> CpuSet.of(-1));
        assertThrows(IllegalArgumentException.class, () -> CpuSet.of(CpuSet.MAX_CPUS));
        assertThrows(IllegalArgumentException.class, () -> CpuSet.range(3, 2));
    }
}
