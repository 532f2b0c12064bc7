package dev.psyne.bench.vlm;

import dev.psyne.fiber.Scheduler;
import dev.psyne.image.Picture;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelOptions;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.WeightPrecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that loads one model, asks it, and prints its figures: what of its memory is the model's cannot be told in a
 * process that held others before.
 */
public final class VariantProcess {
    /** Tokens of every answer. */
    static final int TOKENS = 4;

    private static final int WARM_ROUNDS = 3;
    private static final int ROUNDS = 9;
    private static final int PICTURE = 320;
    private static final String QUESTION = "how many dogs are in the picture";
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double KIBIBYTES = 1024;
    private static final String RESIDENT = "VmRSS:";

    private VariantProcess() {}

    /**
     * What one model takes.
     *
     * @param encodeMillis to see a picture, with both towers
     * @param answerMillis for a question about a picture it knows and an answer of {@value #TOKENS} tokens
     * @param residentMegabytes of the process, less what it had before the model
     */
    record Figures(double encodeMillis, double answerMillis, double residentMegabytes) {}

    /**
     * Prints the figures of a model.
     *
     * @param arguments its directory, and how its weights are held
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        double before = resident();
        try (Scheduler scheduler = Scheduler.create(Runtime.getRuntime().availableProcessors());
                Model model = Model.load(
                        directory,
                        scheduler,
                        ModelOptions.standard()
                                .withVerifyHashes(false)
                                .withPrecision(WeightPrecision.valueOf(arguments[1])))) {
            double[] encode = new double[ROUNDS];
            double[] answer = new double[ROUNDS];
            for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
                Conversation conversation = Conversation.about(picture(round), QUESTION);
                Answer first = ask(model, conversation);
                Answer again = ask(model, conversation);
                if (round >= 0) {
                    encode[round] = first.encodeNanos() / NANOS_PER_MILLI;
                    answer[round] = again.totalNanos() / NANOS_PER_MILLI;
                }
            }
            System.out.println(
                    AskedModel.median(encode) + " " + AskedModel.median(answer) + " " + (resident() - before));
        }
    }

    private static Answer ask(Model model, Conversation conversation) throws InterruptedException {
        Answer answer = model.answer(conversation, Sampling.greedy().withMaxTokens(TOKENS), token -> true);
        if (answer.tokens() != TOKENS) {
            throw new IllegalStateException("the answer has " + answer.tokens() + " tokens instead of " + TOKENS);
        }
        return answer;
    }

    private static Picture picture(int seed) {
        byte[] pixels = new byte[Picture.CHANNELS * PICTURE * PICTURE];
        new Random(seed).nextBytes(pixels);
        return Picture.of(PICTURE, PICTURE, pixels);
    }

    private static double resident() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(RESIDENT)) {
                return Long.parseLong(line.replaceAll("\\D", "")) / KIBIBYTES;
            }
        }
        throw new IOException("/proc/self/status has no " + RESIDENT);
    }

    /** Starts the process for a model and reads what it prints. */
    static Figures of(Path directory, WeightPrecision precision) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                VariantProcess.class.getName(),
                directory.toString(),
                precision.name()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException("the process of " + directory.getFileName() + " ended with " + process.exitValue());
        }
        String[] figures = printed.strip().split(" ");
        return new Figures(
                Double.parseDouble(figures[0]), Double.parseDouble(figures[1]), Double.parseDouble(figures[2]));
    }
}
