package dev.psyne.node;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code psyne model}: the models this machine knows by name. */
@Command(name = "model", description = "Adds, lists, checks and removes models.", synopsisSubcommandLabel = "COMMAND")
final class ModelCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec specification;

    private ModelCommand() {}

    /** The command with those below it. */
    static CommandLine of(Terminal terminal, ModelStore store) {
        return new CommandLine(new ModelCommand())
                .addSubcommand(new ModelAddCommand(terminal, store))
                .addSubcommand(new ModelListCommand(terminal, store))
                .addSubcommand(new ModelInfoCommand(terminal, store))
                .addSubcommand(new ModelConvertCommand(terminal, store))
                .addSubcommand(new ModelVerifyCommand(terminal, store))
                .addSubcommand(new ModelRemoveCommand(terminal, store))
                .addSubcommand(new ModelTeachCommand(terminal, store))
                .addSubcommand(ModelTaughtCommand.of(terminal, store));
    }

    @Override
    public void run() {
        if (specification != null) {
            specification.commandLine().usage(specification.commandLine().getOut());
        }
    }
}
