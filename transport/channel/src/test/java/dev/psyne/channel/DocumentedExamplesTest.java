package dev.psyne.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.memory.Region;
import dev.psyne.platform.Futex;
import dev.psyne.telemetry.Meters;
import dev.psyne.tensor.Tensor;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/channels.md compile, run, and hold what they assert. */
class DocumentedExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("### ([^\n]+)\n\n```java\n(.*?)```", Pattern.DOTALL);
    private static final String CLASS_NAME = "Examples";
    private static final String IMPORTS = """
            import static java.lang.foreign.ValueLayout.*;
            import dev.psyne.channel.*;
            import dev.psyne.tensor.*;
            import java.lang.foreign.*;
            import java.lang.invoke.VarHandle;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;
            """;

    @TempDir
    private Path directory;

    private record Example(String title, String body) {}

    private static List<Example> examples() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.isRegularFile(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        assertNotNull(root, "no checkout around this directory");
        String document = Files.readString(root.resolve("docs/channels.md"));
        List<Example> examples = new ArrayList<>();
        for (Matcher matcher = EXAMPLE.matcher(document); matcher.find(); ) {
            examples.add(new Example(matcher.group(1), matcher.group(2)));
        }
        assertEquals(document.split("```java", -1).length - 1, examples.size(), "an example has no title of its own");
        assertTrue(examples.size() >= 10, "found " + examples.size());
        return examples;
    }

    private void compile(List<Example> examples) throws IOException {
        StringBuilder source = new StringBuilder(IMPORTS).append("public class " + CLASS_NAME + " {\n");
        for (int index = 0; index < examples.size(); index++) {
            source.append("public static void example" + index
                            + "(Channels channels, Channels other) throws Exception {\n")
                    .append(examples.get(index).body())
                    .append("}\n");
        }
        Path file = Files.writeString(directory.resolve(CLASS_NAME + ".java"), source.append("}\n"));
        StringWriter messages = new StringWriter();
        PrintWriter output = new PrintWriter(messages, true);
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(output, output, "-proc:none", "-d", directory.toString(), "-cp", classPath(), file.toString());
        assertEquals(0, status, messages.toString());
    }

    private static String classPath() {
        return Stream.of(Channels.class, Meters.class, Region.class, Futex.class, Tensor.class)
                .map(DocumentedExamplesTest::location)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException wrong) {
            throw new AssertionError(wrong);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyExampleHoldsWhatItAsserts() throws IOException {
        List<Example> examples = examples();
        compile(examples);
        return Stream.iterate(0, index -> index + 1).limit(examples.size()).map(index -> {
            String title = examples.get(index).title();
            return DynamicTest.dynamicTest(title, () -> run("example" + index));
        });
    }

    private void run(String method) throws Throwable {
        URL[] compiled = {directory.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(compiled, getClass().getClassLoader());
                Ends ends = new Ends("ipc")) {
            loader.setDefaultAssertionStatus(true);
            loader.loadClass(CLASS_NAME)
                    .getMethod(method, Channels.class, Channels.class)
                    .invoke(null, ends.sending(), ends.receiving());
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }
}
