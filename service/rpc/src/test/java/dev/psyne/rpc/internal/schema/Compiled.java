package dev.psyne.rpc.internal.schema;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Java sources that come to be while a test runs. */
public final class Compiled {
    private Compiled() {}

    /**
     * The classes of sources.
     *
     * @param folder takes sources and classes
     * @param sources by their paths
     */
    public static ClassLoader sources(Path folder, Map<String, String> sources, String... options) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey());
            Files.createDirectories(file.resolveSibling("."));
            files.add(Files.writeString(file, source.getValue()));
        }
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> all = new ArrayList<>(List.of("-d", classes.toString(), "-proc:none"));
        all.addAll(List.of("-classpath", System.getProperty("java.class.path", "")));
        all.addAll(Arrays.asList(options));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(said, manager, null, all, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertTrue(done, said.toString());
        }
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, Compiled.class.getClassLoader());
    }
}
