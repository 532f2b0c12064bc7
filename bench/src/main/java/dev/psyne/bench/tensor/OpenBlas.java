package dev.psyne.bench.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** OpenBLAS by its C interface (cblas.h), from the shared library in {@code org.bytedeco:openblas}. */
final class OpenBlas {
    private static final String FOLDER = "/org/bytedeco/openblas/linux-x86_64/";

    /** What the library needs comes before it. */
    private static final List<String> LIBRARIES =
            List.of("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");

    private static final int ROW_MAJOR = 101;
    private static final int AS_IT_IS = 111;
    private static final int TRANSPOSED = 112;

    private final MethodHandle product;
    private final MethodHandle setThreads;

    private OpenBlas(Path folder) {
        // The threads of the library live in its code: it stays loaded until the process ends.
        SymbolLookup library = LIBRARIES.stream()
                .map(name -> SymbolLookup.libraryLookup(folder.resolve(name), Arena.global()))
                .toList()
                .getLast();
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        ValueLayout.OfFloat real = ValueLayout.JAVA_FLOAT;
        this.product = handle(
                library,
                "cblas_sgemm",
                FunctionDescriptor.ofVoid(
                        number,
                        number,
                        number,
                        number,
                        number,
                        number,
                        real,
                        ValueLayout.ADDRESS,
                        number,
                        ValueLayout.ADDRESS,
                        number,
                        real,
                        ValueLayout.ADDRESS,
                        number));
        this.setThreads = handle(library, "openblas_set_num_threads", FunctionDescriptor.ofVoid(number));
    }

    private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /** The library, or an {@link UnsupportedOperationException} where there is none for this machine. */
    static OpenBlas load() throws IOException {
        Path folder = Files.createTempDirectory("openblas");
        try {
            for (String name : LIBRARIES) {
                try (InputStream library = OpenBlas.class.getResourceAsStream(FOLDER + name)) {
                    if (library == null) {
                        throw new UnsupportedOperationException("no " + FOLDER + name + " on the class path");
                    }
                    Files.copy(library, folder.resolve(name));
                }
            }
            return new OpenBlas(folder);
        } catch (IllegalArgumentException refused) {
            throw new UnsupportedOperationException("OpenBLAS cannot be loaded here", refused);
        } finally {
            for (String name : LIBRARIES) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    void useThreads(int threads) {
        try {
            setThreads.invokeExact(threads);
        } catch (Throwable failure) {
            throw new IllegalStateException("openblas_set_num_threads", failure);
        }
    }

    /** {@code result [size, size] = input [size, size] * transposed weights [size, size]}. */
    void multiply(int size, MemorySegment input, MemorySegment weights, MemorySegment result) {
        try {
            product.invokeExact(
                    ROW_MAJOR,
                    AS_IT_IS,
                    TRANSPOSED,
                    size,
                    size,
                    size,
                    1f,
                    input,
                    size,
                    weights,
                    size,
                    0f,
                    result,
                    size);
        } catch (Throwable failure) {
            throw new IllegalStateException("cblas_sgemm", failure);
        }
    }
}
