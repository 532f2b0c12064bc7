package dev.psyne.node;

import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.WeightPrecision;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code psyne model convert}: has the weights of a named model packed another way from now on. Its files stay. */
@Command(name = "convert", description = "Packs a model's weights in another precision, from its own files.")
final class ModelConvertCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final ModelStore store;

    @Parameters(index = "0", paramLabel = "NAME", description = "The model's name.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private final Precision precision = new Precision();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean asJson;

    /** One of these. */
    private static final class Precision {
        @Option(names = "--int8", description = "Eight bits, a scale for each output.")
        private boolean int8;

        @Option(names = "--int4", description = "Four bits, a scale for 32 inputs.")
        private boolean int4;

        @Option(names = "--as-stored", description = "As the files have them.")
        private boolean asStored;

        WeightPrecision wanted() {
            return int8 ? WeightPrecision.INT8 : int4 ? WeightPrecision.INT4 : WeightPrecision.AS_STORED;
        }
    }

    ModelConvertCommand(Terminal terminal, ModelStore store) {
        this.terminal = terminal;
        this.store = store;
    }

    @Override
    public Integer call() throws IOException {
        ModelEntry entry = store.require(name).withPrecision(precision.wanted());
        ModelInfo info = ModelReport.load(terminal, entry);
        store.put(entry);
        ModelReport.print(terminal, asJson, entry, info);
        return ExitCode.DONE;
    }
}
