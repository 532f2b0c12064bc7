package dev.psyne.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a process is resident without the files of weights that it maps, which the system can drop and read again: the sum
 * of the {@code Rss} lines of {@code /proc/PID/smaps} (proc_pid_smaps(5)).
 *
 * @param smaps the lines of that file
 */
record ResidentMemory(List<String> smaps) {
    /** Range, permissions, offset, device, inode, and the file if there is one. */
    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ \\S+ \\S+ \\S+ \\d+ *(.*)");

    private static final Pattern WEIGHTS = Pattern.compile(".*\\.(safetensors|gguf|psyne)");
    private static final String RESIDENT = "Rss:";
    private static final double KIBIBYTES = 1024;

    double megabytes() {
        boolean counts = true;
        long kibibytes = 0;
        for (String line : smaps) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                counts = !WEIGHTS.matcher(mapping.group(1)).matches();
            } else if (counts && line.startsWith(RESIDENT)) {
                kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kibibytes / KIBIBYTES;
    }
}
