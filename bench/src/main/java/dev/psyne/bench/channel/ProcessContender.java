package dev.psyne.bench.channel;

import dev.psyne.bench.RoundProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A contender of one or two processes, which meet in a folder of shared memory. The process started last begins a round
 * last and knows the figures.
 */
final class ProcessContender implements Contender {
    private final SharedFolder folder;
    private final List<RoundProcess> children = new ArrayList<>();

    private ProcessContender(SharedFolder folder) {
        this.folder = folder;
    }

    /** Starts the processes in turn, each when the one before is up. */
    static ProcessContender start(String name, SharedFolder folder, List<List<String>> commands)
            throws IOException, InterruptedException {
        ProcessContender contender = new ProcessContender(folder);
        try {
            for (List<String> command : commands) {
                contender.children.add(RoundProcess.start(name, command));
            }
            return contender;
        } catch (IOException | InterruptedException failure) {
            contender.close();
            throw failure;
        }
    }

    @Override
    public double[] round(long count) throws IOException, InterruptedException {
        for (RoundProcess child : children) {
            child.begin(count);
        }
        double[] figures = {};
        for (RoundProcess child : children) {
            figures = child.end();
        }
        return figures;
    }

    @Override
    public long processorNanos() {
        return children.stream().mapToLong(RoundProcess::processorNanos).sum();
    }

    @Override
    public void close() throws IOException {
        try {
            for (RoundProcess child : children.reversed()) {
                child.close();
            }
        } finally {
            folder.close();
        }
    }
}
