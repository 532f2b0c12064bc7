package dev.psyne.telemetry;

/** What a meter's figure may do; the code stands in its cell. */
enum MeterKind {
    COUNTER(1, "counter"),
    GAUGE(2, "gauge");

    private final int code;
    private final String prometheusType;

    MeterKind(int code, String prometheusType) {
        this.code = code;
        this.prometheusType = prometheusType;
    }

    int code() {
        return code;
    }

    String prometheusType() {
        return prometheusType;
    }
}
