package dev.psyne.node;

import dev.psyne.fiber.Scheduler;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.LoadListener;
import dev.psyne.vlm.LoadProgress;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.ModelFigures;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.ModelOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
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
            LoadProgress progress,
            Optional<ModelInfo> info) {}

    /** A model in use; closing it lets it be unloaded. */
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

    /**
     * Loads the first model and waits until it is there.
     *
     * @param listener is told on this thread how far it is
     * @return why it cannot be asked, if it cannot and nobody stopped the node meanwhile
     */
    Optional<String> firstProblem(LoadListener listener) throws InterruptedException {
        ServedModel first = all.getFirst();
        try (Lease lease = acquire(Optional.empty(), new Cancellation()).orElseThrow()) {
            awaitLoaded(first, lease.model(), listener);
            return Optional.empty();
        } catch (UnavailableModelException e) {
            lock.lock();
            try {
                return closed ? Optional.empty() : Optional.of(String.valueOf(e.getMessage()));
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitLoaded(ServedModel served, Model model, LoadListener listener) throws InterruptedException {
        int percent = -1;
        while (true) {
            LoadProgress now;
            lock.lockInterruptibly();
            try {
                while (served.model == model
                        && served.state == ServedModel.State.LOADING
                        && served.progress.percent() == percent) {
                    changed.await();
                }
                if (served.state == ServedModel.State.FAILED) {
                    throw new UnavailableModelException(served.problem);
                }
                if (served.model != model || served.state == ServedModel.State.READY) {
                    return;
                }
                now = served.progress;
            } finally {
                lock.unlock();
            }
            percent = now.percent();
            listener.progress(now);
        }
    }

    /** Begins to load the first model, so that whoever comes finds it ready. */
    void loadFirst() {
        scheduler.spawn(() -> {
            try (Lease lease = acquire(Optional.empty(), new Cancellation())
                    .orElseThrow(() -> new IllegalStateException("nobody cancelled"))) {
                lease.model().warmUp();
            } catch (UnavailableModelException | ModelException shown) {
                // Whoever asks is told, and the list of models says so.
            } catch (IllegalStateException closing) {
                // The node was stopped meanwhile.
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /**
     * Waits until a model takes questions; one that talks about pictures does while it is still being read, and answers
     * once it was.
     *
     * @param name the first one without it
     * @return nothing if it was cancelled
     * @throws UnknownModelException if there is none of the name
     * @throws UnavailableModelException if it cannot be loaded
     * @throws BusyException if there is no room for it now
     */
    Optional<Lease> acquire(Optional<String> name, Cancellation cancellation) throws InterruptedException {
        return acquire(name, cancellation, false);
    }

    /** As above, but waits until all of the model is there, for those who have no use for a part. */
    Optional<Lease> acquireLoaded(Optional<String> name, Cancellation cancellation) throws InterruptedException {
        return acquire(name, cancellation, true);
    }

    private Optional<Lease> acquire(Optional<String> name, Cancellation cancellation, boolean loaded)
            throws InterruptedException {
        ServedModel served = find(name);
        cancellation.onCancel(this::wake);
        lock.lockInterruptibly();
        try {
            served.users++;
            Model ready = null;
            try {
                ready = await(served, cancellation, loaded);
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

    private @Nullable Model await(ServedModel served, Cancellation cancellation, boolean loaded)
            throws InterruptedException {
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
                    if (served.model != null && !loaded) {
                        return served.model;
                    }
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
        List<Model> leaving = makeRoom(served, now);
        served.beginLoading(now);
        scheduler.spawn(() -> load(served, leaving));
    }

    /** Unloads those idle longest; they are to be closed before the model is loaded. */
    private List<Model> makeRoom(ServedModel served, long now) {
        Iterator<ServedModel> idle = all.stream()
                .filter(ServedModel::isIdle)
                .sorted(Comparator.comparingLong(one -> one.sinceNanos - now))
                .iterator();
        List<ServedModel> leaving = new ArrayList<>();
        long used = loadedBytes();
        while (!memory.fits(used, served.weightBytes)) {
            if (!idle.hasNext()) {
                throw new BusyException(
                        "the memory for models is in use by those that are answering; try again in a second");
            }
            ServedModel next = idle.next();
            leaving.add(next);
            used -= memory.takes(next.weightBytes);
        }
        return leaving.stream().map(this::unload).toList();
    }

    private long loadedBytes() {
        return all.stream()
                .filter(other -> other.state == ServedModel.State.READY || other.state == ServedModel.State.LOADING)
                .mapToLong(other -> memory.takes(other.weightBytes))
                .sum();
    }

    private void load(ServedModel served, List<Model> leaving) {
        leaving.forEach(Model::close);
        ModelOptions options = memory.options(served.source.options());
        Model model = null;
        String problem = "";
        try {
            model = Model.begin(served.source.path(), scheduler, options, progress -> change(served, progress));
            begun(served, model);
            model.awaitLoaded();
        } catch (RuntimeException e) {
            problem = Failures.sentence(e);
        } catch (OutOfMemoryError e) {
            problem = "there is not enough memory for the model " + served.source.name() + ": " + e;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            problem = "The node is being stopped.";
        }
        boolean isKept = loaded(served, problem);
        if (model != null && !isKept) {
            model.close();
        }
    }

    private void change(ServedModel served, LoadProgress progress) {
        lock.lock();
        try {
            served.progress = progress;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void begun(ServedModel served, Model model) {
        lock.lock();
        try {
            served.model = closed ? null : model;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the model is there to stay. */
    private boolean loaded(ServedModel served, String problem) {
        lock.lock();
        try {
            boolean isKept = problem.isEmpty() && !closed;
            if (!isKept) {
                served.model = null;
            }
            served.problem = closed ? "" : problem;
            served.state =
                    isKept ? ServedModel.State.READY : closed ? ServedModel.State.UNLOADED : ServedModel.State.FAILED;
            long now = System.nanoTime();
            served.loadNanos = now - served.sinceNanos;
            served.sinceNanos = now;
            changed.signalAll();
            return isKept;
        } finally {
            lock.unlock();
        }
    }

    private Model unload(ServedModel served) {
        Model model = Objects.requireNonNull(served.model);
        before = sum(before, withoutGauges(model.figures()));
        served.model = null;
        served.state = ServedModel.State.UNLOADED;
        return model;
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
                        served.progress,
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

    /** Closes those that are loaded or being so. */
    @Override
    public void close() {
        List<Model> leaving = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (ServedModel served : all) {
                if (served.state == ServedModel.State.READY) {
                    leaving.add(unload(served));
                } else if (served.model != null) {
                    leaving.add(served.model);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        leaving.forEach(Model::close);
    }
}
