package dev.psyne.bench;

import java.util.Locale;

/** The rows of a report as the Markdown tables of {@code docs/performance.md}. */
final class MarkdownTable {
    private static final String HEAD = """
            | measure | cores | unit | Psyne | peer | its figure | ratio | wanted | |
            |---|---|---|---:|---|---:|---:|---:|---|
            """;

    private static final double THREE_DIGITS = 99.95;
    private static final double TWO_DIGITS = 9.995;
    private static final double ONE_DIGIT = 0.9995;

    private MarkdownTable() {}

    /** A line with area and machine, and a table with a line for each row. */
    static String of(Report report) {
        StringBuilder text = new StringBuilder();
        text.append('`').append(report.area()).append("` on ").append(report.machine());
        text.append("\n\n").append(HEAD);
        for (Row row : report.rows()) {
            text.append("| ").append(String.join(" | ", cells(row))).append(" |\n");
        }
        return text.toString();
    }

    private static String[] cells(Row row) {
        return new String[] {
            row.name().replace("|", "\\|"),
            row.placement().equals(Row.UNKNOWN_PLACEMENT) ? "" : row.placement(),
            row.unit(),
            figure(row.ours()),
            row.peer(),
            figure(row.value()),
            String.format(Locale.ROOT, "%.2f", row.ratio()),
            wanted(row),
            row.verdict()
        };
    }

    private static String wanted(Row row) {
        if (row.isStated()) {
            return "";
        }
        return (row.better() == Row.Better.HIGHER ? "≥ " : "≤ ") + String.format(Locale.ROOT, "%.2f", row.goal());
    }

    /** Three significant digits, and all digits before the point. */
    private static String figure(double value) {
        String format =
                value >= THREE_DIGITS ? "%.0f" : value >= TWO_DIGITS ? "%.1f" : value >= ONE_DIGIT ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
