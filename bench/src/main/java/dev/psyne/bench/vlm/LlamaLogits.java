package dev.psyne.bench.vlm;

import dev.psyne.bench.PeerProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The logits of llama.cpp, by a program of ours that runs beside node-llama-cpp. The package brings the processor's part built
 * for several sets of instructions; one is forced by a folder that has no other.
 */
final class LlamaLogits {
    /** The build that llama.cpp takes by itself. */
    static final String OWN_CHOICE = "default";

    private static final String PROGRAM = "logits.mjs";
    private static final String PROCESSOR = "libggml-cpu-";
    private static final String BINARIES = "node_modules/@node-llama-cpp/linux-x64/bins";
    private static final String PLATFORM = "linux-x64";

    private final Path folder;
    private final Path scratch;

    /**
     * How it computes.
     *
     * @param flash whether attention is fused
     * @param cache type of the keys and values, F16 unless asked otherwise
     * @param rows tokens taken together at most
     */
    record Setting(String name, boolean flash, String cache, int threads, int rows) {
        private String argument() {
            return "%s:%s:%s:%d:%d".formatted(name, flash ? "flash" : "plain", cache, threads, rows);
        }
    }

    /**
     * Runs in the folder that has the package.
     *
     * @param scratch for files
     */
    LlamaLogits(Path folder, Path scratch) throws IOException {
        this.folder = folder;
        this.scratch = scratch;
        try (InputStream program = Objects.requireNonNull(LlamaLogits.class.getResourceAsStream(PROGRAM), PROGRAM)) {
            Files.copy(program, folder.resolve(PROGRAM), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Logits by the name of the setting, for each token of each prompt those of all tokens. */
    Map<String, float[]> run(Path model, String build, List<int[]> prompts, List<Setting> settings)
            throws IOException, InterruptedException {
        Path asked = scratch.resolve("prompts.json");
        Files.writeString(asked, prompts.stream().map(Arrays::toString).toList().toString());
        Path out = Files.createTempDirectory(scratch, "logits-");
        List<String> command = new ArrayList<>(
                List.of("node", PROGRAM, binaries(build), model.toString(), asked.toString(), out.toString()));
        settings.stream().map(Setting::argument).forEach(command::add);
        String _ = PeerProgram.run(LlamaCpp.NAME, folder, command);
        Map<String, float[]> logits = new LinkedHashMap<>();
        for (Setting setting : settings) {
            byte[] bytes = Files.readAllBytes(out.resolve(setting.name()));
            float[] floats = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(floats);
            logits.put(setting.name(), floats);
        }
        return logits;
    }

    /** A folder with all libraries, of those for a processor only one. */
    private String binaries(String build) throws IOException {
        if (build.equals(OWN_CHOICE)) {
            return build;
        }
        Path binaries = scratch.resolve("build-" + build);
        if (Files.exists(binaries)) {
            return binaries.toString();
        }
        Path target = Files.createDirectories(binaries.resolve(PLATFORM));
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder.resolve(BINARIES).resolve(PLATFORM))) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.startsWith(PROCESSOR) || name.equals(PROCESSOR + build + ".so")) {
                    Files.createSymbolicLink(target.resolve(name), file.toAbsolutePath());
                }
            }
        }
        return binaries.toString();
    }
}
