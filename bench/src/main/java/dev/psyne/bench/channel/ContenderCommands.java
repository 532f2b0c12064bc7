package dev.psyne.bench.channel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of contenders' processes. Every JVM among them has the same options. */
final class ContenderCommands {
    private static final List<String> JVM_OPTIONS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true",
            "-XX:+UseSerialGC",
            "-Xmx256m");

    private ContenderCommands() {}

    /** An entrant of one process with several threads. */
    static Entrant ring(String contender, RingShape shape) {
        return ring(contender, contender, shape);
    }

    /** The same under another name. */
    static Entrant ring(String name, String contender, RingShape shape) {
        List<String> command = jvm(
                "ring",
                contender,
                Integer.toString(shape.producers()),
                Integer.toString(shape.messageBytes()),
                Integer.toString(shape.capacityBytes()));
        return new Entrant(name, () -> ProcessContender.start(name, SharedFolder.create(), List.of(command)));
    }

    /** Ours with that many channels open in one process. */
    static Entrant channels(String name, String scheme, int open, RingShape shape) {
        return new Entrant(name, () -> {
            SharedFolder folder = SharedFolder.create();
            List<String> command = jvm(
                    "channels",
                    scheme,
                    Integer.toString(open),
                    Integer.toString(shape.messageBytes()),
                    Integer.toString(shape.capacityBytes()),
                    folder.path().toString());
            return ProcessContender.start(name, folder, List.of(command));
        });
    }

    /** Ours with that many channels open in one process, and nothing to do. */
    static Entrant idle(String name, int open) {
        return new Entrant(name, () -> {
            SharedFolder folder = SharedFolder.create();
            List<String> command =
                    jvm("idle", Integer.toString(open), folder.path().toString());
            return ProcessContender.start(name, folder, List.of(command));
        });
    }

    /** An entrant of two JVMs. */
    static Entrant link(String contender, LinkTask task) {
        return new Entrant(contender, () -> link(contender, contender, task, SharedFolder.create()));
    }

    /** Ours under another name. */
    static Entrant psyneLink(String name, LinkTask task) {
        return new Entrant(name, () -> link(name, Measure.OURS, task, SharedFolder.create()));
    }

    /** Ours under another name, with its rings in a folder below the one given. */
    static Entrant psyneLink(String name, LinkTask task, Path below) {
        return new Entrant(name, () -> link(name, Measure.OURS, task, SharedFolder.createIn(below)));
    }

    private static Contender link(String name, String contender, LinkTask task, SharedFolder folder)
            throws IOException, InterruptedException {
        return ProcessContender.start(
                name,
                folder,
                List.of(
                        link(contender, task.follower(), folder.path(), task),
                        link(contender, task.leader(), folder.path(), task)));
    }

    private static List<String> link(String contender, LinkRole role, Path folder, LinkTask task) {
        return jvm(
                "link",
                contender,
                role.name(),
                folder.toString(),
                Integer.toString(task.messageBytes()),
                Integer.toString(task.capacityBytes()),
                Boolean.toString(task.blocks()),
                Integer.toString(task.window()));
    }

    /** The entrant of two C processes. */
    static Entrant cRing(Path program, LinkTask task) {
        return new Entrant("C", () -> {
            SharedFolder folder = SharedFolder.create();
            String there = folder.path().resolve("there").toString();
            String back = folder.path().resolve("back").toString();
            return ProcessContender.start(
                    "C",
                    folder,
                    List.of(
                            cRing(program, task.follower(), back, there, task),
                            cRing(program, task.leader(), there, back, task)));
        });
    }

    private static List<String> cRing(Path program, LinkRole role, String out, String in, LinkTask task) {
        return List.of(
                program.toString(),
                role.word(),
                out,
                in,
                Integer.toString(task.capacityBytes()),
                Integer.toString(task.messageBytes()),
                task.blocks() ? "block" : "spin");
    }

    private static List<String> jvm(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(ContenderProcess.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
