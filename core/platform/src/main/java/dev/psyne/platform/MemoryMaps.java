package dev.psyne.platform;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** What /proc/self/smaps says of one mapping (proc_pid_smaps(5)). */
final class MemoryMaps {
    private static final String SMAPS = "proc/self/smaps";
    private static final long BYTES_PER_KILOBYTE = 1024;
    private static final List<String> HUGE = List.of("AnonHugePages:", "ShmemPmdMapped:", "FilePmdMapped:");

    private MemoryMaps() {}

    /** Bytes that huge pages map in the mapping around an address. */
    static long hugeBytes(Host host, long address) {
        List<String> lines = host.lines(SMAPS);
        OptionalInt head = IntStream.range(0, lines.size())
                .filter(at -> holds(lines.get(at), address))
                .findFirst();
        if (head.isEmpty()) {
            return 0;
        }
        long kilobytes = 0;
        for (String line : lines.subList(head.getAsInt() + 1, lines.size())) {
            if (isHead(line)) {
                break;
            }
            if (HUGE.stream().anyMatch(line::startsWith)) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes * BYTES_PER_KILOBYTE;
    }

    /** A mapping's first line starts with its addresses, as in {@code 7f00-7fff rw-p …}; its fields with a capital letter. */
    private static boolean isHead(String line) {
        return !line.isEmpty() && !Character.isUpperCase(line.charAt(0));
    }

    private static boolean holds(String line, long address) {
        if (!isHead(line)) {
            return false;
        }
        int dash = line.indexOf('-');
        int blank = line.indexOf(' ');
        long from = Long.parseUnsignedLong(line, 0, dash, 16);
        long to = Long.parseUnsignedLong(line, dash + 1, blank, 16);
        return Long.compareUnsigned(from, address) <= 0 && Long.compareUnsigned(address, to) < 0;
    }
}
