package dev.psyne.bench.rpc;

import dev.psyne.bench.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One record of four strings, four doubles and 256 floats, written and read whole: nanoseconds a time. Every codec has a process
 * of its own, they take turns, and the median of the processes counts. All write into memory that they keep but MessagePack's,
 * which gives a new array; SBE's bounds checks are off, ours are on.
 */
final class CodecRows {
    static final String ENCODE = "codec encode";
    static final String DECODE = "codec decode";

    private static final int ROUNDS = 5;

    /** Whom we are held against, and the share of its time that we may take. */
    private record Peer(String name, CodecProcess.Codec codec, double goal) {}

    private static final List<Peer> PEERS = List.of(
            new Peer("SBE", CodecProcess.Codec.SBE, 1.0),
            new Peer("Fory", CodecProcess.Codec.FORY, 0.5),
            new Peer("MessagePack with names", CodecProcess.Codec.MESSAGE_PACK, 0.2));

    /** Both rows against each peer. */
    List<Row> run() throws IOException, InterruptedException {
        CodecProcess.Codec[] codecs = CodecProcess.Codec.values();
        CodecProcess.Figures[][] figures = new CodecProcess.Figures[codecs.length][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (CodecProcess.Codec codec : codecs) {
                figures[codec.ordinal()][round] = CodecProcess.of(codec);
            }
        }
        List<Row> rows = new ArrayList<>();
        rows.addAll(rows(ENCODE, figures, CodecProcess.Figures::encode));
        rows.addAll(rows(DECODE, figures, CodecProcess.Figures::decode));
        return rows;
    }

    private static List<Row> rows(
            String name, CodecProcess.Figures[][] figures, ToDoubleFunction<CodecProcess.Figures> figure) {
        double ours = median(figures[CodecProcess.Codec.PSYNE.ordinal()], figure);
        return PEERS.stream()
                .map(peer -> new Row(
                        name,
                        "ns",
                        Row.Better.LOWER,
                        ours,
                        peer.name(),
                        median(figures[peer.codec().ordinal()], figure),
                        peer.goal()))
                .toList();
    }

    private static double median(CodecProcess.Figures[] figures, ToDoubleFunction<CodecProcess.Figures> figure) {
        double[] sorted = Arrays.stream(figures).mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
