package dev.psyne.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A flight recording of jobs in another process of this user, started and fetched with the JDK's {@code jcmd}. It attaches
 * by a Unix socket that the kernel opens to the process's owner alone: nothing in the recorded process listens for it,
 * and no method of the node that others could call writes files.
 */
final class ProcessRecording implements AutoCloseable {
    /** The longest recording, in seconds. */
    static final int MAX_SECONDS = 3600;

    /** Of a longer or busier recording the latest part is kept. */
    private static final String MAX_SIZE = "256M";

    private static final List<String> EVENTS =
            List.of("dev.psyne.Job", "dev.psyne.Mount", "dev.psyne.Park", "dev.psyne.Steal", "dev.psyne.Pin");

    private final String process;
    private final String name;
    private final Path file;
    private boolean running = true;

    private ProcessRecording(String process, String name, Path file) {
        this.process = process;
        this.name = name;
        this.file = file;
    }

    /**
     * Starts one.
     *
     * @param shortestMicros jobs, mounts and parks shorter than this are left out
     * @throws IOException if the process is none of this user's Java processes, or refuses
     */
    static ProcessRecording start(long process, long shortestMicros) throws IOException, InterruptedException {
        String name = "psyne-trace-" + ProcessHandle.current().pid();
        List<String> arguments = new ArrayList<>(
                List.of("JFR.start", "name=" + name, "settings=none", "disk=true", "maxsize=" + MAX_SIZE));
        for (String event : EVENTS) {
            arguments.add("+" + event + "#enabled=true");
            arguments.add("+" + event + "#threshold=" + shortestMicros + "us");
        }
        arguments.add("+jdk.VirtualThreadPinned#enabled=true");
        arguments.add("+jdk.VirtualThreadPinned#stackTrace=true");
        arguments.add("+jdk.VirtualThreadPinned#threshold=0ms");
        arguments.add("+jdk.JVMInformation#enabled=true");
        arguments.add("+jdk.JVMInformation#period=everyChunk");
        String target = Long.toString(process);
        ask(target, arguments);
        return new ProcessRecording(target, name, Files.createTempFile("psyne-trace", ".jfr"));
    }

    /** Ends the recording; the file is there until this is closed. */
    Path stop() throws IOException, InterruptedException {
        running = false;
        ask(process, List.of("JFR.stop", "name=" + name, "filename=" + file.toAbsolutePath()));
        if (Files.size(file) == 0) {
            throw new IOException("process " + process + " wrote no recording to " + file
                    + "; does it see this directory? (a container may not: record there, then use --from)");
        }
        return file;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            if (running) {
                ask(process, List.of("JFR.stop", "name=" + name));
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void ask(String process, List<String> arguments) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new IOException("this Java has no jcmd (" + jcmd + "); run with a JDK");
        }
        List<String> command = new ArrayList<>(List.of(jcmd.toString(), process));
        command.addAll(arguments);
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        running.getOutputStream().close();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (running.waitFor() != 0) {
            throw new IOException("process " + process + " cannot be recorded: " + told(output));
        }
    }

    /** What jcmd said, without the stack that follows. */
    private static String told(String output) {
        return output.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .filter(line -> !line.matches("\\d+:"))
                .collect(Collectors.joining(" "));
    }
}
