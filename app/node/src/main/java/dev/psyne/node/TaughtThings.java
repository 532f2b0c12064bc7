package dev.psyne.node;

import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.Lessons;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What the models of a node were taught, and teaching them. A lesson at a time; what another process keeps is known from the
 * next question on. Safe for any thread.
 *
 * <p>Calls end with a {@link dev.psyne.vlm.LessonException}, {@link TaughtNotFoundException} or another {@link
 * IllegalArgumentException} for a mistake of the caller, an {@link UnsupportedOperationException} if the model cannot be
 * taught, and {@link BusyException} while there is a lesson.
 */
final class TaughtThings {
    private final Optional<Path> root;
    private final ServedModels models;
    private final PictureMemory pictures;
    private final InstantSource clock;
    private final Map<String, TaughtStore> stores = new ConcurrentHashMap<>();
    private final Semaphore lesson = new Semaphore(1);

    /** Things kept in {@code root}; without it nothing can be taught. */
    TaughtThings(Optional<Path> root, ServedModels models, PictureMemory pictures, InstantSource clock) {
        this.root = root;
        this.models = models;
        this.pictures = pictures;
        this.clock = clock;
    }

    /** Work on what a model was taught. */
    @FunctionalInterface
    private interface Work<T> {
        T apply(Model model, TaughtStore store) throws IOException, InterruptedException;
    }

    /** Tells a model what it was taught until now. */
    void refresh(Model model) {
        if (root.isPresent() && model.isTeachable()) {
            model.know(store(model).kept().lessons());
        }
    }

    List<TaughtThing> list(Optional<String> model, Cancellation cancellation) throws IOException, InterruptedException {
        return with(
                model, cancellation, (loaded, store) -> store.kept().lessons().things());
    }

    /** Learns a thing from picture files, and keeps it. */
    TaughtThing teach(Optional<String> model, String name, List<MemorySegment> files, Cancellation cancellation)
            throws IOException, InterruptedException {
        if (!lesson.tryAcquire()) {
            throw new BusyException("the node is learning something else; try again in a second");
        }
        try {
            return with(model, cancellation, (loaded, store) -> {
                String checked = loaded.checkName(name);
                store.requireRoom(checked);
                try (LessonFiles lessonFiles = new LessonFiles(files, pictures, cancellation)) {
                    return store.add(loaded.teach(checked, lessonFiles, clock.instant()));
                }
            });
        } finally {
            lesson.release();
        }
    }

    TaughtThing rename(Optional<String> model, String from, String to, Cancellation cancellation)
            throws IOException, InterruptedException {
        return with(model, cancellation, (loaded, store) -> store.rename(from, loaded.checkName(to)));
    }

    /** Forgets a thing; returns what {@link #restore} brings it back by. */
    String forget(Optional<String> model, String name, Cancellation cancellation)
            throws IOException, InterruptedException {
        return with(model, cancellation, (loaded, store) -> store.forget(name));
    }

    TaughtThing restore(Optional<String> model, String token, Cancellation cancellation)
            throws IOException, InterruptedException {
        return with(model, cancellation, (loaded, store) -> store.restore(token));
    }

    TaughtFile export(Optional<String> model, String name, Cancellation cancellation)
            throws IOException, InterruptedException {
        return with(model, cancellation, (loaded, store) -> store.export(name));
    }

    /** Keeps the thing of an exported file. */
    TaughtThing load(Optional<String> model, byte[] file, Cancellation cancellation)
            throws IOException, InterruptedException {
        return with(model, cancellation, (loaded, store) -> take(loaded, store, file));
    }

    /** Keeps the thing of an exported file, if the model can know it. */
    static TaughtThing take(Model model, TaughtStore store, byte[] file) throws IOException {
        TaughtThing thing = store.open(file);
        model.checkName(thing.name());
        store.requireRoom(thing);
        List<TaughtThing> all = new ArrayList<>(store.kept().lessons().things());
        all.add(thing);
        model.know(new Lessons(all));
        return store.add(thing);
    }

    private <T> T with(Optional<String> model, Cancellation cancellation, Work<T> work)
            throws IOException, InterruptedException {
        try (ServedModels.Lease lease = models.acquireLoaded(model, cancellation)
                .orElseThrow(() -> new BusyException("the call was cancelled"))) {
            Model loaded = lease.model();
            if (!loaded.isTeachable()) {
                throw new UnsupportedOperationException(
                        "The model " + loaded.info().name() + " cannot be taught things; the embedded model can.");
            }
            return work.apply(loaded, store(loaded));
        }
    }

    private TaughtStore store(Model model) {
        Path directory = root.orElseThrow(() ->
                new UnsupportedOperationException("This node keeps nothing on disk, so its models cannot be taught."));
        return stores.computeIfAbsent(model.info().sha256(), hash -> new TaughtStore(directory, hash));
    }
}
