package dev.psyne.bench.channel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of contenders' processes. Every JVM among them has the same options. */
final class ContenderCommands {
    private static final List<String> JVM_OPTIONS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true",
            "-XX:+UseSerialGC",
            "-Xmx256m");

    private ContenderCommands() {}

    /** An entrant of one process with several threads. */
    static Entrant ring(String contender, RingShape shape) {
        List<String> command = jvm(
                "ring",
                contender,
                Integer.toString(shape.producers()),
                Integer.toString(shape.messageBytes()),
                Integer.toString(shape.capacityBytes()));
        return new Entrant(contender, () -> ProcessContender.start(contender, SharedFolder.create(), List.of(command)));
    }

    /** An entrant of two JVMs. */
    static Entrant link(String contender, LinkTask task) {
        return new Entrant(contender, () -> {
            SharedFolder folder = SharedFolder.create();
            return ProcessContender.start(
                    contender,
                    folder,
                    List.of(
                            link(contender, task.follower(), folder.path(), task),
                            link(contender, task.leader(), folder.path(), task)));
        });
    }

    private static List<String> link(String contender, LinkRole role, Path folder, LinkTask task) {
        return jvm(
                "link",
                contender,
                role.name(),
                folder.toString(),
                Integer.toString(task.messageBytes()),
                Integer.toString(task.capacityBytes()),
                Boolean.toString(task.blocks()));
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
