package dev.psyne.bench.fiber;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * RustFiber's own benchmarks, programs made with Criterion, which take samples by themselves and print the nanoseconds of an
 * iteration. They are looked for in {@code rustfiber/bin} of a folder of peers, or in an archive {@code *.tar.xz} in
 * {@code rustfiber}. While this is open they have a folder of their own to unpack and to leave their records in.
 */
final class RustFiber implements AutoCloseable {
    static final String NAME = "RustFiber";

    private static final String FOLDER = "rustfiber";
    private static final Pattern FIGURE = Pattern.compile("\\.\\.\\. bench: +([0-9,]+) ns/iter");
    private static final List<String> SAMPLING = List.of(
            "--noplot",
            "--output-format=bencher",
            "--sample-size=10",
            "--warm-up-time=0.1",
            "--measurement-time=0.25",
            "--nresamples=1000");
    private static final int MOST_SECONDS = 60;

    private final Path programs;
    private final Path scratch;

    private RustFiber(Path programs, Path scratch) {
        this.programs = programs;
        this.scratch = scratch;
    }

    /**
     * Finds it.
     *
     * @throws IOException if it is not there or cannot be unpacked; the message says which
     */
    static RustFiber open(Path peers) throws IOException, InterruptedException {
        Path folder = peers.resolve(FOLDER);
        Path scratch = Files.createTempDirectory("psyne-bench-");
        RustFiber unpacked = new RustFiber(scratch.resolve("bin"), scratch);
        Path bin = folder.resolve("bin");
        if (Files.isDirectory(bin)) {
            return new RustFiber(bin, scratch);
        }
        try {
            unpack(archive(folder), scratch);
        } catch (IOException | InterruptedException failure) {
            unpacked.close();
            throw failure;
        }
        return unpacked;
    }

    private static Path archive(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, "*.tar.xz")) {
                for (Path archive : archives) {
                    return archive;
                }
            }
        }
        throw new IOException("there is neither a folder bin nor an archive *.tar.xz in " + folder);
    }

    private static void unpack(Path archive, Path into) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", into.toString())
                .redirectErrorStream(true)
                .start();
        String messages = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tar.waitFor() != 0) {
            throw new IOException("tar could not unpack " + archive + ": " + messages);
        }
    }

    /**
     * Runs one benchmark.
     *
     * @param benchmark its whole name, which begins with that of its program's group
     * @throws UncheckedIOException if it does not run, or prints no figure
     */
    double nanos(String program, String benchmark) throws InterruptedException {
        Path printed = scratch.resolve("printed");
        ProcessBuilder command = new ProcessBuilder(
                        programs.resolve(program).toString(), "--bench", "--exact", benchmark)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        command.command().addAll(SAMPLING);
        try {
            Process process = command.start();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(benchmark + " did not end within " + MOST_SECONDS + " s");
            }
            String text = Files.readString(printed);
            Matcher figure = FIGURE.matcher(text);
            if (process.exitValue() != 0 || !figure.find()) {
                throw new IOException(benchmark + " ended with " + process.exitValue() + ": " + text);
            }
            return Double.parseDouble(figure.group(1).replace(",", ""));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(scratch)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
