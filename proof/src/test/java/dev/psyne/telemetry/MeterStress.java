package dev.psyne.telemetry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** Meters that several threads change and somebody reads. */
public class MeterStress {
    private static MeterCell counter() {
        return new MeterCell(
                MemorySegment.ofArray(new long[MetersLayout.CELL_BYTES / Long.BYTES]), MeterKind.COUNTER, "proof");
    }

    private static boolean set(MeterCell cell, long value) {
        try {
            cell.set(value);
            return true;
        } catch (IllegalArgumentException smaller) {
            return false;
        }
    }

    /** No addition is lost. */
    @JCStressTest
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "the sum")
    @Outcome(expect = FORBIDDEN, desc = "an addition lost")
    @State
    public static class Adding {
        private final MeterCell cell = counter();

        @Actor
        public void one() {
            cell.increment();
            cell.increment();
        }

        @Actor
        public void other() {
            cell.add(3);
        }

        @Arbiter
        public void read(J_Result result) {
            result.r1 = cell.value();
        }
    }

    /** A counter that is set never goes back, whoever comes first. */
    @JCStressTest
    @Outcome(id = "true, true, 7", expect = ACCEPTABLE, desc = "5 before 7")
    @Outcome(id = "false, true, 7", expect = ACCEPTABLE, desc = "5 refused")
    @Outcome(expect = FORBIDDEN, desc = "went back, or refused without reason")
    @State
    public static class Setting {
        private final MeterCell cell = counter();

        @Actor
        public void lower(ZZJ_Result result) {
            result.r1 = set(cell, 5);
        }

        @Actor
        public void higher(ZZJ_Result result) {
            result.r2 = set(cell, 7);
        }

        @Arbiter
        public void read(ZZJ_Result result) {
            result.r3 = cell.value();
        }
    }

    /** An addition is not lost under a set: it comes before and is covered, or after and is added. */
    @JCStressTest
    @Outcome(
            id = {"5", "6"},
            expect = ACCEPTABLE,
            desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "below what was set")
    @State
    public static class SettingAndAdding {
        private final MeterCell cell = counter();

        @Actor
        public void set() {
            cell.set(5);
        }

        @Actor
        public void add() {
            cell.increment();
        }

        @Arbiter
        public void read(J_Result result) {
            result.r1 = cell.value();
        }
    }

    /** Who reads the region from outside sees a cell whole or not at all. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not published yet")
    @Outcome(id = "1, 115", expect = ACCEPTABLE, desc = "whole: the series' last letter")
    @Outcome(expect = FORBIDDEN, desc = "published before it was whole")
    @State
    public static class Publication {
        private static final byte[] SERIES = "meters".getBytes(StandardCharsets.US_ASCII);

        private final MemorySegment region =
                MemorySegment.ofArray(new long[(int) MetersLayout.regionBytes(1) / Long.BYTES]);

        @Actor
        public void append() {
            MemorySegment _ = MetersLayout.append(region, MeterKind.COUNTER, SERIES);
        }

        @Actor
        public void read(II_Result result) {
            result.r1 = MetersLayout.published(region);
            if (result.r1 == 1) {
                MemorySegment cell = region.asSlice(MetersLayout.HEADER_BYTES);
                int length = cell.get(MetersLayout.INT, MetersLayout.SERIES_BYTES_OFFSET);
                result.r2 = cell.get(ValueLayout.JAVA_BYTE, MetersLayout.SERIES_OFFSET + Math.max(0, length - 1));
            }
        }
    }
}
