package dev.psyne.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** No file over 500 lines, no method over 40, no name that says nothing. */
class SizesTest {
    private static final int MAX_FILE_LINES = 500;
    private static final int MAX_METHOD_LINES = 40;
    private static final Pattern EMPTY_NAME =
            Pattern.compile("\\w*(Manager|Utils?|Helpers?|Support|Common|Impl|V2|Enhanced|Optimized)\\.java");

    private final SourceTree tree = SourceTree.find();

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : tree.files(".java", ".js", ".mjs", ".css", ".html", ".py", ".sh")) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > MAX_FILE_LINES) {
                    tooLong.add(tree.root().relativize(file) + ": " + count + " lines");
                }
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void methodsAreShort() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> tooLong = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, null, null, files.getJavaFileObjectsFromPaths(tree.files(".java")));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new MethodLengths(unit, positions, tooLong), null);
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void namesSaySomething() {
        List<Path> files = tree.files(".java");
        assertFalse(files.isEmpty());
        assertEquals(
                List.of(),
                files.stream()
                        .filter(file -> EMPTY_NAME
                                .matcher(file.getFileName().toString())
                                .matches())
                        .toList());
    }

    private static final class MethodLengths extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> tooLong;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
            this.unit = unit;
            this.positions = positions;
            this.tooLong = tooLong;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            if (method.getBody() != null) {
                LineMap lines = unit.getLineMap();
                long first = lines.getLineNumber(positions.getStartPosition(unit, method.getBody()));
                long last = lines.getLineNumber(positions.getEndPosition(unit, method.getBody()));
                if (last - first + 1 > MAX_METHOD_LINES) {
                    tooLong.add(unit.getSourceFile().getName() + ": " + method.getName() + ", " + (last - first + 1)
                            + " lines");
                }
            }
            return super.visitMethod(method, unused);
        }
    }
}
