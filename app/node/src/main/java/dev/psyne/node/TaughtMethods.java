package dev.psyne.node;

import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcMethod;
import dev.psyne.rpc.RpcServer;
import dev.psyne.vlm.Cancellation;
import dev.psyne.vlm.LessonException;
import dev.psyne.vlm.TaughtThing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code vision.taught}, {@code vision.teach} and the others of psyne.v1 about what a model was taught. */
final class TaughtMethods {
    private static final String INVALID = "invalid_argument";

    private final TaughtThings things;

    TaughtMethods(TaughtThings things) {
        this.things = things;
    }

    /** What a method does for a call, on the model that it names. */
    @FunctionalInterface
    private interface Body {
        Object apply(RpcCall call, Optional<String> model, Cancellation cancellation)
                throws IOException, InterruptedException;
    }

    RpcServer.Builder addTo(RpcServer.Builder server) {
        return server.method("vision.taught", method(this::list))
                .method("vision.teach", method(this::teach))
                .method("vision.renameTaught", method(this::rename))
                .method("vision.forgetTaught", method(this::forget))
                .method("vision.restoreTaught", method(this::restore))
                .method("vision.exportTaught", method(this::export))
                .method("vision.importTaught", method(this::load));
    }

    private static RpcMethod method(Body body) {
        return call -> {
            Cancellation cancellation = new Cancellation();
            call.onCancel(cancellation::cancel);
            try {
                return body.apply(call, call.optionalString("model"), cancellation);
            } catch (RuntimeException e) {
                throw refused(e);
            } catch (IOException e) {
                throw refused(e);
            }
        };
    }

    /** What a caller is told of a disk that refused. */
    static RpcException refused(IOException e) {
        return new RpcException("storage_failed", "What was taught cannot be kept: " + Failures.sentence(e));
    }

    /** What a caller is told of a failure, if that is one of its own. */
    static RuntimeException refused(RuntimeException e) {
        String sentence = String.valueOf(e.getMessage());
        return switch (e) {
            case RpcException _ -> e;
            case LessonException lesson ->
                new RpcException(lesson.picture().isPresent() ? "invalid_image" : INVALID, sentence);
            case TaughtNotFoundException _ -> new RpcException("taught_not_found", sentence);
            case UnsupportedOperationException _ -> new RpcException("unsupported", sentence);
            default ->
                Refusal.of(e)
                        .<RuntimeException>map(refusal -> new RpcException(refusal.code(), refusal.sentence()))
                        .orElse(e instanceof IllegalArgumentException ? new RpcException(INVALID, sentence) : e);
        };
    }

    private Object list(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        return things.list(model, cancellation).stream()
                .map(TaughtMethods::fields)
                .toList();
    }

    private Object teach(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        List<MemorySegment> images = new ArrayList<>();
        if (!(call.arguments().get("images") instanceof List<?> list)) {
            throw new RpcException(INVALID, "'images' must be an array");
        }
        for (Object image : list) {
            if (!(image instanceof MemorySegment file)) {
                throw new RpcException(INVALID, "picture " + (images.size() + 1) + " is to be binary");
            }
            images.add(file);
        }
        return fields(things.teach(model, call.string("name"), images, cancellation));
    }

    private Object rename(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        return fields(things.rename(model, call.string("from"), call.string("to"), cancellation));
    }

    private Object forget(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        return Map.of("token", things.forget(model, call.string("name"), cancellation));
    }

    private Object restore(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        return fields(things.restore(model, call.string("token"), cancellation));
    }

    private Object export(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        TaughtFile file = things.export(model, call.string("name"), cancellation);
        return Map.of("bytes", file.toBytes(), "filename", file.fileName());
    }

    private Object load(RpcCall call, Optional<String> model, Cancellation cancellation)
            throws IOException, InterruptedException {
        return fields(things.load(model, bounded(call.bytes("bytes")), cancellation));
    }

    /** An exported file's bytes, if they are not too many. */
    static byte[] bounded(MemorySegment file) {
        if (file.byteSize() > TaughtFile.MAX_BYTES) {
            throw new RpcException(
                    INVALID,
                    "The file has " + file.byteSize() + " bytes; a taught thing has at most " + TaughtFile.MAX_BYTES
                            + ".");
        }
        return file.toArray(ValueLayout.JAVA_BYTE);
    }

    private static Map<String, Object> fields(TaughtThing thing) {
        return Map.of(
                "name", thing.name(),
                "pictures", (long) thing.pictures(),
                "taughtAt", thing.taughtAt().toEpochMilli());
    }
}
