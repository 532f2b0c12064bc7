package dev.psyne.node;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code psyne} command. */
@Command(
        name = "psyne",
        description = "Tensor-native messaging, RPC and inference for the JVM.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "psyne test [--all]   runs the tests", "psyne bench AREA     measures an area beside its peers"})
public final class Psyne implements Runnable {
    private final CommandLine commandLine;

    private Psyne(Terminal terminal) {
        ModelStore store = ModelStore.of(System.getenv());
        commandLine = new CommandLine(this)
                .addSubcommand(new ServeCommand(terminal, store))
                .addSubcommand(new AskCommand(terminal, store))
                .addSubcommand(new ServicesCommand(terminal))
                .addSubcommand(new CallCommand(terminal))
                .addSubcommand(new GenCommand(terminal))
                .addSubcommand(new EvalCommand(terminal, store))
                .addSubcommand(ModelCommand.of(terminal, store))
                .addSubcommand(new StatCommand(terminal))
                .addSubcommand(new TraceCommand(terminal))
                .addSubcommand(new DoctorCommand(terminal))
                .addSubcommand(new VersionCommand(terminal));
    }

    /**
     * Runs the command and exits with its code: 0 done, 1 failed, 2 usage, 69 unavailable.
     *
     * @param arguments the words behind {@code psyne}
     */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8);
        System.exit(run(Terminal.of(out, err, System.getenv()), arguments));
    }

    static int run(Terminal terminal, String... arguments) {
        CommandLine commandLine = new Psyne(terminal).commandLine;
        commandLine.setOut(terminal.out());
        commandLine.setErr(terminal.err());
        // An argument @FILE is a file's bytes for 'call', never a file of further arguments.
        commandLine.setExpandAtFiles(false);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            terminal.error(Failures.sentence(failure));
            return Failures.exitCode(failure);
        });
        if (!terminal.colour()) {
            commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        }
        return commandLine.execute(arguments);
    }

    @Override
    public void run() {
        commandLine.usage(commandLine.getOut());
    }
}
