package dev.psyne.telemetry;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Names, labels and escapes of Prometheus' text format 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats, "Text format details").
 */
final class PrometheusText {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final String RESERVED_LABEL = "__";

    private PrometheusText() {}

    /** A name with its labels in their alphabet, the same text for the same meter: {@code jobs_total{queue="low"}}. */
    static String series(String name, Map<String, String> labels) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no meter name; it must match " + NAME);
        }
        if (labels.isEmpty()) {
            return name;
        }
        StringBuilder text = new StringBuilder(name);
        char separator = '{';
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            String key = label.getKey();
            if (!LABEL.matcher(key).matches() || key.startsWith(RESERVED_LABEL)) {
                throw new IllegalArgumentException("'" + key + "' is no label name; it must match " + LABEL
                        + " and not start with " + RESERVED_LABEL);
            }
            text.append(separator)
                    .append(key)
                    .append("=\"")
                    .append(escape(label.getValue(), true))
                    .append('"');
            separator = ',';
        }
        return text.append('}').toString();
    }

    static void writeHead(StringBuilder out, String name, MeterKind kind, String help) {
        out.append("# HELP ")
                .append(name)
                .append(' ')
                .append(escape(help, false))
                .append('\n');
        out.append("# TYPE ")
                .append(name)
                .append(' ')
                .append(kind.prometheusType())
                .append('\n');
    }

    static void writeSample(StringBuilder out, String series, long value) {
        out.append(series).append(' ').append(value).append('\n');
    }

    /** "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line feed … escaped". */
    private static String escape(String text, boolean quotes) {
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
        return quotes ? escaped.replace("\"", "\\\"") : escaped;
    }
}
