package dev.psyne.bench.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One codec in a JVM of its own, so that what the compiler learns of one is not what another pays for. */
final class CodecProcess {
    private static final int OPERATIONS = 50_000;
    private static final int WARM_ROUNDS = 20;
    private static final int ROUNDS = 30;

    /** Nanoseconds of one message, the median of the rounds. */
    record Figures(double encode, double decode) {}

    /** A codec by its name in a command line. */
    enum Codec {
        /** Ours. */
        PSYNE,
        /** Simple Binary Encoding. */
        SBE,
        /** Apache Fory. */
        FORY,
        /** What hypha's clients speak. */
        MESSAGE_PACK;

        private SampleCodec open() throws IOException {
            return switch (this) {
                case PSYNE -> new PsyneSamples();
                case SBE -> SbeSamples.generated();
                case FORY -> new ForySamples();
                case MESSAGE_PACK -> new MessagePackSamples();
            };
        }
    }

    private CodecProcess() {}

    /**
     * Measures and prints two figures.
     *
     * @param arguments the codec's name
     */
    public static void main(String[] arguments) throws IOException {
        SampleCodec codec = Codec.valueOf(arguments[0]).open();
        Sample sample = Sample.standard();
        check(codec, sample);
        double[] encode = new double[ROUNDS];
        double[] decode = new double[ROUNDS];
        for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
            double encoded = encoded(codec, sample);
            double decoded = decoded(codec);
            if (round >= 0) {
                encode[round] = encoded;
                decode[round] = decoded;
            }
        }
        System.out.println(median(encode) + " " + median(decode));
    }

    /** Starts the process of a codec and reads what it prints. */
    static Figures of(Codec codec) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Dagrona.disable.bounds.checks=true",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CodecProcess.class.getName(),
                codec.name());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        if (process.waitFor() != 0 || printed.isEmpty()) {
            throw new IOException("the process of " + codec + " ended with " + process.exitValue());
        }
        String[] figures = printed.getLast().split(" ");
        return new Figures(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }

    /** A codec that loses something has won nothing. */
    private static void check(SampleCodec codec, Sample sample) {
        int bytes = codec.encode(sample);
        Sample read = codec.decode();
        Sample compared = new Sample(
                read.device(),
                read.place(),
                read.unit(),
                read.note(),
                read.latitude(),
                read.longitude(),
                read.height(),
                read.time(),
                sample.values());
        if (!compared.equals(sample) || !Arrays.equals(read.values(), sample.values())) {
            throw new IllegalStateException(codec.getClass() + " reads something else out of its " + bytes + " bytes");
        }
    }

    private static double encoded(SampleCodec codec, Sample sample) {
        long bytes = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            bytes += codec.encode(sample);
        }
        return nanos(begin, bytes);
    }

    private static double decoded(SampleCodec codec) {
        long chars = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            Sample sample = codec.decode();
            chars += sample.note().length() + sample.values().length;
        }
        return nanos(begin, chars);
    }

    /** What came of the work is looked at, so that it cannot be left out. */
    private static double nanos(long begin, long made) {
        double nanos = (double) (System.nanoTime() - begin) / OPERATIONS;
        if (made <= 0) {
            throw new IllegalStateException("nothing was written or read");
        }
        return nanos;
    }

    private static double median(double[] figures) {
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }
}
