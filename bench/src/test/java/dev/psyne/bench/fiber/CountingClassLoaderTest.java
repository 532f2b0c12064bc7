package dev.psyne.bench.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class CountingClassLoaderTest {
    /** Five operations that read and write in one, three stores in order, and some of neither kind. */
    static final class Operations implements Runnable {
        private static final VarHandle NUMBER = number();

        private final AtomicInteger atomic = new AtomicInteger();
        private final LongAdder adder = new LongAdder();
        private volatile int number;
        private int plain;

        private static VarHandle number() {
            try {
                return MethodHandles.lookup().findVarHandle(Operations.class, "number", int.class);
            } catch (ReflectiveOperationException missing) {
                throw new ExceptionInInitializerError(missing);
            }
        }

        @Override
        public void run() {
            boolean swapped = NUMBER.compareAndSet(this, 0, 1);
            int before = (int) NUMBER.getAndAdd(this, 1);
            plain = atomic.incrementAndGet() + before + (swapped ? 1 : 0);
            atomic.getAndUpdate(value -> value + plain);
            adder.increment();
            number = (int) NUMBER.getAcquire(this) + number;
            atomic.set(plain);
            VarHandle.fullFence();
            NUMBER.setRelease(this, plain);
            plain += (int) adder.sum() + atomic.get();
        }
    }

    @Test
    void countsWhatAClassDoes() throws ReflectiveOperationException {
        ClassLoader counting = new CountingClassLoader(getClass().getClassLoader());
        var constructor = counting.loadClass(Operations.class.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        Runnable operations = (Runnable) constructor.newInstance();
        long readModifyWrites = OperationTally.readModifyWrites();
        long orderedStores = OperationTally.orderedStores();
        operations.run();
        assertEquals(5, OperationTally.readModifyWrites() - readModifyWrites);
        assertEquals(3, OperationTally.orderedStores() - orderedStores);
    }

    @Test
    void aClassLoadedAsUsualCountsNothing() {
        long readModifyWrites = OperationTally.readModifyWrites();
        new Operations().run();
        assertEquals(readModifyWrites, OperationTally.readModifyWrites());
    }
}
