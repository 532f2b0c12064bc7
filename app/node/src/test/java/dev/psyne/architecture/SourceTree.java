package dev.psyne.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout as files: what the size and name rules are held against. */
final class SourceTree {
    private static final List<String> FLOORS =
            List.of("core", "transport", "service", "model", "app", "bench", "proof");

    private final Path root;

    private SourceTree(Path root) {
        this.root = root;
    }

    static SourceTree find() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isRegularFile(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("no checkout around " + Path.of("").toAbsolutePath());
        }
        return new SourceTree(folder);
    }

    Path root() {
        return root;
    }

    List<Path> files(String... suffixes) {
        return FLOORS.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .flatMap(floor -> walk(floor, suffixes))
                .toList();
    }

    private static Stream<Path> walk(Path floor, String... suffixes) {
        try (Stream<Path> paths = Files.walk(floor)) {
            return paths
                    .filter(path -> Stream.of(suffixes).anyMatch(path.toString()::endsWith))
                    .filter(SourceTree::isOurs)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOurs(Path path) {
        for (Path part : path) {
            String name = part.toString();
            if (name.equals("target") || name.equals("node_modules") || name.equals("build")) {
                return false;
            }
        }
        return Files.isRegularFile(path);
    }
}
