package dev.psyne.bench.rpc;

import dev.psyne.bench.Row;
import dev.psyne.bench.Turns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One record of four strings, four doubles and 256 floats, written and read: nanoseconds a time, all taking turns. */
final class CodecRows {
    static final String ENCODE = "codec encode";
    static final String DECODE = "codec decode";

    private static final int OPERATIONS = 20_000;
    private static final int ROUNDS = 21;

    /** What is measured against, and the share of its time that we may take. */
    private record Peer(String name, SampleCodec codec, double goal) {}

    /** Both rows against each peer. */
    List<Row> run() throws IOException, InterruptedException {
        PsyneSamples ours = new PsyneSamples();
        List<Peer> peers = List.of(
                new Peer("SBE", SbeSamples.generated(), 1.0),
                new Peer("Fory", new ForySamples(), 0.5),
                new Peer("MessagePack with names", new MessagePackSamples(), 0.2));
        Turns.Contestant[] encoding = new Turns.Contestant[1 + peers.size()];
        Turns.Contestant[] decoding = new Turns.Contestant[1 + peers.size()];
        for (int i = 0; i < encoding.length; i++) {
            SampleCodec codec = i == 0 ? ours : peers.get(i - 1).codec();
            check(codec);
            encoding[i] = () -> encoded(codec);
            decoding[i] = () -> decoded(codec);
        }
        Turns.warmUp(encoding);
        Turns.warmUp(decoding);
        List<Row> rows = new ArrayList<>();
        rows.addAll(rows(ENCODE, peers, Turns.medians(ROUNDS, encoding)));
        rows.addAll(rows(DECODE, peers, Turns.medians(ROUNDS, decoding)));
        return rows;
    }

    private static List<Row> rows(String name, List<Peer> peers, double[] nanos) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            rows.add(new Row(name, "ns", Row.Better.LOWER, nanos[0], peer.name(), nanos[i + 1], peer.goal()));
        }
        return rows;
    }

    /** A codec that loses something has won nothing. */
    private static void check(SampleCodec codec) {
        Sample sample = Sample.standard();
        int bytes = codec.encode(sample);
        Sample read = codec.decode();
        if (!read.note().equals(sample.note())
                || read.time() != sample.time()
                || !Arrays.equals(read.values(), sample.values())) {
            throw new IllegalStateException(codec.getClass() + " reads something else out of its " + bytes + " bytes");
        }
    }

    private static double encoded(SampleCodec codec) {
        Sample sample = Sample.standard();
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
}
