package dev.psyne.bench.fiber;

import dev.psyne.fiber.FiberProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The first start in a process: its classes are not yet loaded and nothing is compiled. Each figure is a process's only one. */
final class ColdStart {
    private static final String FORK_JOIN = "ForkJoinPool";

    private ColdStart() {}

    /** Prints the milliseconds until the first job has run; the argument is the kind of fibers, or ForkJoinPool. */
    public static void main(String[] arguments) throws InterruptedException {
        double millis =
                arguments[0].equals(FORK_JOIN) ? Starts.forkJoin() : Starts.first(FiberProvider.valueOf(arguments[0]));
        System.out.println(millis);
    }

    static double ours(FiberProvider fibers) throws InterruptedException {
        return inNewProcess(fibers.name());
    }

    static double forkJoin() throws InterruptedException {
        return inNewProcess(FORK_JOIN);
    }

    private static double inNewProcess(String argument) throws InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ColdStart.class.getName(),
                argument);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Wrong.unless(process.waitFor() == 0, "a new process ended with " + process.exitValue());
            return Double.parseDouble(printed.strip());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
