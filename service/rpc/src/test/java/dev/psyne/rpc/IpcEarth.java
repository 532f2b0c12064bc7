package dev.psyne.rpc;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the nodes of the tests serve at their {@code ipc:} names. */
final class IpcEarth implements IpcAtlas {
    /** Lets those go on that wait. */
    final CountDownLatch go = new CountDownLatch(1);

    /** Is told when a reader of {@link #count} wants no more. */
    final CountDownLatch streamClosed = new CountDownLatch(1);

    @Override
    public String greet(String name) {
        return "hello " + name;
    }

    @Override
    public String thread() {
        return Thread.currentThread().getName();
    }

    @Override
    public Tensor doubled(Tensor values) {
        Tensor result = Tensor.allocate(Arena.ofAuto(), ElementType.F32, values.shape());
        for (long i = 0; i < values.shape().elements(); i++) {
            result.setFloat(i, 2 * values.getFloat(i));
        }
        return result;
    }

    @Override
    public void failInline(String code) {
        if (code.isEmpty()) {
            throw new IllegalStateException("as asked");
        }
        throw new RpcException(code, "refused, as asked");
    }

    @Override
    public long bytes(MemorySegment data) {
        return data.byteSize() + data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1);
    }

    @Override
    public Items<Integer> count(int upTo) {
        Items<Integer> numbers = Items.of(() -> IntStream.range(0, upTo).iterator());
        return new Items<>() {
            @Override
            public @Nullable Integer next() throws InterruptedException {
                return numbers.next();
            }

            @Override
            public void close() {
                streamClosed.countDown();
            }
        };
    }

    @Override
    public long sum(Items<Long> values) {
        long sum = 0;
        try {
            for (Long value = values.next(); value != null; value = values.next()) {
                sum += value;
            }
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        return sum;
    }

    @Override
    public Items<String> echo(Items<String> words) {
        return new Items<>() {
            @Override
            public @Nullable String next() throws InterruptedException {
                String word = words.next();
                return word == null ? null : word + "!";
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void wait(String forWhat) {
        try {
            go.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
