package dev.psyne.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.platform.Availability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FiberProviderTest {
    @ParameterizedTest
    @EnumSource
    void bothAreAvailableWhereTheTestsRun(FiberProvider provider) {
        assertInstanceOf(Availability.Available.class, provider.availability());
        try (Scheduler scheduler = SchedulerTest.scheduler(provider)) {
            assertEquals(provider, scheduler.fibers());
        }
    }

    @Test
    void aClosedJdkIsReportedAndFallenBackFrom() throws IOException, InterruptedException {
        String output = inAPlainJvm();
        assertTrue(output.contains("VIRTUAL_THREADS 42"), output);
        assertTrue(output.contains("java.lang is not open"), output);
        assertTrue(output.contains("--add-opens java.base/java.lang=ALL-UNNAMED"), output);
        assertTrue(output.contains("LOOP_FIBERS is not available"), output);
    }

    /** Runs {@link PlainJvm} in a JVM that opens nothing. */
    private static String inAPlainJvm() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlainJvm.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** Prints what a scheduler without further options is like here. */
    static final class PlainJvm {
        private PlainJvm() {}

        public static void main(String[] args) {
            try (Scheduler scheduler = Scheduler.create(2)) {
                System.out.println(scheduler.fibers() + " " + scheduler.call(() -> 42));
            }
            System.out.println(FiberProvider.LOOP_FIBERS.availability());
            try (Scheduler forced =
                    Scheduler.builder().fibers(FiberProvider.LOOP_FIBERS).build()) {
                System.out.println("forced " + forced.fibers());
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
