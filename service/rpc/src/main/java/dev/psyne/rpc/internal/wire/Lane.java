package dev.psyne.rpc.internal.wire;

/** One of a connection's four priorities: frames of a lane leave in order, and lanes share the connection by weight. */
public enum Lane {
    /** Goes before all others. */
    CONTROL(0),
    RPC(8),
    STREAM(4),
    BULK(1);

    private static final Lane[] ALL = values();

    private final int weight;

    Lane(int weight) {
        this.weight = weight;
    }

    /** Pieces it may send in a turn of the lanes that wait. */
    int weight() {
        return weight;
    }

    static int count() {
        return ALL.length;
    }

    static Lane of(int code) {
        return ALL[code];
    }
}
