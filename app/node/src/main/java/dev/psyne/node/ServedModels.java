package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The models of a node. Each is loaded by a job when it is first asked for; whoever asks meanwhile waits without holding a
 * worker. What all of them take is bounded: to load one, those that nobody has asked for longest are unloaded. Safe for
 * any thread.
 */
final class ServedModels implements AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Scheduler scheduler;
    private final ModelMemory memory;
    private final List<ServedModel> all;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ModelFigures before = ModelFigures.NONE;
    private boolean closed;

    /**
     * Models that are all unloaded.
     *
     * @throws IllegalArgumentException if two have one name, or one does not fit into the memory
     */
    ServedModels(List<ModelSource> sources, Scheduler scheduler, ModelMemory memory) {
        this.scheduler = scheduler;
        this.memory = memory;
        this.all = sources.stream().map(ServedModel::new).toList();
        long names = sources.stream().map(ModelSource::name).distinct().count();
        if (all.isEmpty() || names < all.size()) {
            throw new IllegalArgumentException("--model is to name at least one model, and each once, not "
                    + sources.stream().map(ModelSource::name).collect(Collectors.joining(", ")));
        }
        all.forEach(served -> memory.requireRoom(served.source.name(), served.weightBytes));
    }

    /** How a model is seen from outside. */
    record Seen(
            ModelSource source,
            ServedModel.State state,
            String problem,
            long weightBytes,
            long loadingMillis,
            Optional<ModelInfo> info) {}

    /** A loaded model in use; closing it lets it be unloaded. */
    final class Lease implements AutoCloseable {
        private final ServedModel served;
        private final Model model;
        private boolean returned;

        private Lease(ServedModel served, Model model) {
            this.served = served;
            this.model = model;
        }

        Model model() {
            return model;
        }

        @Override
        public void close() {
            if (!returned) {
                returned = true;
                leave(served);
            }
        }
    }

    /** Waits until the first model is loaded; why it cannot be, if it cannot. */
    Optional<String> firstProblem() throws InterruptedException {
        try {
            acquire(Optional.empty(), new Cancellation()).ifPresent(Lease::close);
            return Optional.empty();
        } catch (UnavailableModelException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Begins to load the first model, so that whoever comes finds it ready. */
    void loadFirst() {
        scheduler.spawn(() -> {
            try (Lease lease = acquire(Optional.empty(), new Cancellation())
                    .orElseThrow(() -> new IllegalStateException("nobody cancelled"))) {
                lease.model().warmUp();
            } catch (UnavailableModelException shown) {
                // Whoever asks is told, and the list of models says so.
            } catch (IllegalStateException closing) {
                // The node was stopped meanwhile.
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /**
     * Waits until a model is loaded.
     *
     * @param name the first one without it
     * @return nothing if it was cancelled
     * @throws UnknownModelException if there is none of the name
     * @throws UnavailableModelException if it cannot be loaded
     * @throws BusyException if there is no room for it now
     */
    Optional<Lease> acquire(Optional<String> name, Cancellation cancellation) throws InterruptedException {
        ServedModel served = find(name);
        cancellation.onCancel(this::wake);
        lock.lockInterruptibly();
        try {
            served.users++;
            Model ready = null;
            try {
                ready = await(served, cancellation);
            } finally {
                if (ready == null) {
                    served.users--;
                }
            }
            return ready == null ? Optional.empty() : Optional.of(new Lease(served, ready));
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Model await(ServedModel served, Cancellation cancellation) throws InterruptedException {
        boolean wasLoading = false;
        while (!cancellation.isCancelled()) {
            switch (served.state) {
                case READY -> {
                    return Objects.requireNonNull(served.model);
                }
                case FAILED, UNLOADED -> {
                    if (wasLoading && served.state == ServedModel.State.FAILED) {
                        throw new UnavailableModelException(served.problem);
                    }
                    begin(served);
                }
                case LOADING -> {
                    wasLoading = true;
                    changed.await();
                }
            }
        }
        return null;
    }

    private void begin(ServedModel served) {
        if (closed) {
            throw new UnavailableModelException("The node is being stopped.");
        }
        long now = System.nanoTime();
        while (!memory.fits(loadedBytes(), served.weightBytes)) {
            ServedModel longestIdle = all.stream()
                    .filter(ServedModel::isIdle)
                    .min(Comparator.comparingLong(idle -> idle.sinceNanos - now))
                    .orElseThrow(() -> new BusyException(
                            "the memory for models is in use by those that are answering;" + " try again in a second"));
            unload(longestIdle);
        }
        served.state = ServedModel.State.LOADING;
        served.sinceNanos = now;
        scheduler.spawn(() -> load(served));
    }

    private long loadedBytes() {
        return all.stream()
                .filter(other -> other.state == ServedModel.State.READY || other.state == ServedModel.State.LOADING)
                .mapToLong(other -> memory.takes(other.weightBytes))
                .sum();
    }

    private void load(ServedModel served) {
        ModelOptions options = memory.options(served.source.options());
        try {
            loaded(served, Model.load(served.source.path(), scheduler, options), "");
        } catch (RuntimeException e) {
            loaded(served, null, Failures.sentence(e));
        } catch (OutOfMemoryError e) {
            loaded(served, null, "there is not enough memory for the model " + served.source.name() + ": " + e);
        }
    }

    private void loaded(ServedModel served, @Nullable Model model, String problem) {
        lock.lock();
        try {
            served.model = model;
            served.problem = problem;
            served.state = model == null ? ServedModel.State.FAILED : ServedModel.State.READY;
            long now = System.nanoTime();
            served.loadNanos = now - served.sinceNanos;
            served.sinceNanos = now;
            changed.signalAll();
            if (closed && model != null) {
                unload(served);
            }
        } finally {
            lock.unlock();
        }
    }

    private void unload(ServedModel served) {
        Model model = Objects.requireNonNull(served.model);
        before = sum(before, withoutGauges(model.figures()));
        served.model = null;
        served.state = ServedModel.State.UNLOADED;
        model.close();
    }

    private void leave(ServedModel served) {
        lock.lock();
        try {
            served.users--;
            served.sinceNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private ServedModel find(Optional<String> name) {
        if (name.isEmpty()) {
            return all.getFirst();
        }
        return all.stream()
                .filter(served -> served.source.name().equals(name.get()))
                .findFirst()
                .orElseThrow(() -> new UnknownModelException("There is no model '" + name.get()
                        + "' here; this node serves "
                        + all.stream()
                                .map(served -> "'" + served.source.name() + "'")
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    /** All of them, as they are now. */
    List<Seen> seen() {
        lock.lock();
        try {
            List<Seen> seen = new ArrayList<>();
            for (ServedModel served : all) {
                long nanos = served.state == ServedModel.State.LOADING
                        ? System.nanoTime() - served.sinceNanos
                        : served.loadNanos;
                seen.add(new Seen(
                        served.source,
                        served.state,
                        served.problem,
                        served.weightBytes,
                        nanos / NANOS_PER_MILLI,
                        Optional.ofNullable(served.model).map(Model::info)));
            }
            return seen;
        } finally {
            lock.unlock();
        }
    }

    /** What all models have done, those included that were unloaded, and do. */
    ModelFigures figures() {
        lock.lock();
        try {
            return all.stream()
                    .flatMap(served -> Optional.ofNullable(served.model).stream())
                    .map(Model::figures)
                    .reduce(before, ServedModels::sum);
        } finally {
            lock.unlock();
        }
    }

    private static ModelFigures withoutGauges(ModelFigures figures) {
        return new ModelFigures(
                0, 0, 0, 0, figures.steps(), figures.promptTokens(), figures.cachedTokens(), figures.tokens());
    }

    private static ModelFigures sum(ModelFigures one, ModelFigures other) {
        return new ModelFigures(
                one.active() + other.active(),
                one.waiting() + other.waiting(),
                one.pages() + other.pages(),
                one.pagesMost() + other.pagesMost(),
                one.steps() + other.steps(),
                one.promptTokens() + other.promptTokens(),
                one.cachedTokens() + other.cachedTokens(),
                one.tokens() + other.tokens());
    }

    /** Closes those that are loaded; one that is being loaded is closed when it is. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            all.stream()
                    .filter(served -> served.state == ServedModel.State.READY)
                    .forEach(this::unload);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
