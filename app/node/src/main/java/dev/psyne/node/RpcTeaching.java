package dev.psyne.node;

import dev.psyne.rpc.RpcException;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers the calls of {@link TeachingCalls}. */
record RpcTeaching(TaughtThings things) implements TeachingCalls {
    /** What is done on the model that was named. */
    @FunctionalInterface
    private interface Body<T> {
        T apply(Optional<String> model, Cancellation cancellation) throws IOException, InterruptedException;
    }

    private static <T> T with(@Nullable String model, Body<T> body) {
        try {
            return body.apply(Optional.ofNullable(model), new Cancellation());
        } catch (RuntimeException e) {
            throw TaughtMethods.refused(e);
        } catch (IOException e) {
            throw TaughtMethods.refused(e);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RpcException("cancelled", "the node is stopping");
        }
    }

    private static Thing thing(TaughtThing thing) {
        return new Thing(thing.name(), thing.pictures(), thing.taughtAt().toEpochMilli());
    }

    @Override
    public List<Thing> things(@Nullable String model) {
        return with(
                model,
                (named, cancellation) -> things.list(named, cancellation).stream()
                        .map(RpcTeaching::thing)
                        .toList());
    }

    @Override
    public Thing teach(String name, List<MemorySegment> images, @Nullable String model) {
        return with(model, (named, cancellation) -> thing(things.teach(named, name, images, cancellation)));
    }

    @Override
    public Thing rename(String from, String to, @Nullable String model) {
        return with(model, (named, cancellation) -> thing(things.rename(named, from, to, cancellation)));
    }

    @Override
    public String forget(String name, @Nullable String model) {
        return with(model, (named, cancellation) -> things.forget(named, name, cancellation));
    }

    @Override
    public Thing restore(String token, @Nullable String model) {
        return with(model, (named, cancellation) -> thing(things.restore(named, token, cancellation)));
    }

    @Override
    public ThingFile export(String name, @Nullable String model) {
        return with(model, (named, cancellation) -> {
            TaughtFile file = things.export(named, name, cancellation);
            return new ThingFile(file.fileName(), MemorySegment.ofArray(file.toBytes()));
        });
    }

    @Override
    public Thing load(MemorySegment bytes, @Nullable String model) {
        return with(
                model, (named, cancellation) -> thing(things.load(named, TaughtMethods.bounded(bytes), cancellation)));
    }
}
