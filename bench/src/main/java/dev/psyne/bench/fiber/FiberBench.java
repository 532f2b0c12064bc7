package dev.psyne.bench.fiber;

import dev.psyne.bench.Row;
import dev.psyne.fiber.FiberProvider;
import dev.psyne.platform.Availability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The area {@code fiber}: what a job, a loop, a wait and a wake-up cost, beside the JDK's pools with as many threads, beside
 * RustFiber's own benchmarks, and on the supported API alone. What is left out is said.
 */
public final class FiberBench {
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final @Nullable Path peers;
    private final Consumer<String> notes;
    private final List<Row> rows = new ArrayList<>();

    /**
     * The bench.
     *
     * @param peers a folder with the programs of others, if there is one
     * @param notes takes a line for what is left out and why
     */
    public FiberBench(@Nullable Path peers, Consumer<String> notes) {
        this.peers = peers;
        this.notes = notes;
    }

    /**
     * Measures.
     *
     * @param prefix how the names of the rows wanted begin; empty for all
     */
    public List<Row> run(String prefix) throws IOException, InterruptedException {
        List<Measure> jdk = JdkMeasures.all(CORES);
        for (Measure measure : jdk) {
            if (measure.isWanted(prefix)) {
                rows.add(measure.row());
            }
        }
        if (isWanted(WakeUps.NAME, prefix)) {
            rows.addAll(new WakeUps(CORES).rows());
        }
        if (isWanted(AtomicOperations.NAME, prefix)) {
            rows.addAll(AtomicOperations.rows(CORES));
        }
        besideRustFiber(prefix);
        onSupportedApi(prefix, jdk);
        return rows;
    }

    private void besideRustFiber(String prefix) throws IOException, InterruptedException {
        List<Measure> wanted = wanted(RustFiberMeasures.all(CORES, Optional.empty()), prefix);
        if (wanted.isEmpty()) {
            return;
        }
        if (peers == null) {
            leaveOut(wanted, "--peers DIR was not given");
            return;
        }
        try (RustFiber peer = RustFiber.open(peers)) {
            for (Measure measure : wanted(RustFiberMeasures.all(CORES, Optional.of(peer)), prefix)) {
                try {
                    rows.add(measure.rowBesideProgram());
                } catch (UncheckedIOException failure) {
                    leaveOut(List.of(measure), String.valueOf(failure.getMessage()));
                }
            }
        } catch (IOException missing) {
            leaveOut(wanted, String.valueOf(missing.getMessage()));
        }
    }

    private void leaveOut(List<Measure> measures, String why) {
        measures.forEach(
                measure -> notes.accept("left out, " + measure.name() + " beside " + RustFiber.NAME + ": " + why));
    }

    private void onSupportedApi(String prefix, List<Measure> jdk) throws InterruptedException {
        if (FiberProvider.LOOP_FIBERS.availability() instanceof Availability.Unavailable(String why, String cure)) {
            notes.accept("all rows are on the supported API: " + why + "; " + cure);
            return;
        }
        Stream<Measure> all = Stream.concat(jdk.stream(), RustFiberMeasures.all(CORES, Optional.empty()).stream());
        for (Measure measure :
                all.filter(each -> each.isWantedOnSupportedApi(prefix)).toList()) {
            rows.add(measure.supportedApiRow());
        }
        if (isWanted(Measure.SUPPORTED_API + WakeUps.NAME, prefix)) {
            rows.addAll(new WakeUps(CORES).supportedApiRows());
        }
    }

    private static List<Measure> wanted(List<Measure> all, String prefix) {
        Predicate<Measure> isWanted = measure -> measure.isWanted(prefix);
        return all.stream().filter(isWanted).toList();
    }

    private static boolean isWanted(String part, String prefix) {
        return part.startsWith(prefix) || prefix.startsWith(part);
    }
}
