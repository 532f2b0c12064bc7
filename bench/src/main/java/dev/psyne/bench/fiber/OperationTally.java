package dev.psyne.bench.fiber;

import java.util.concurrent.atomic.LongAdder;

/**
 * What classes loaded by a {@link CountingClassLoader} have done so far. Public and static because the calls are written into
 * classes of other packages; the adders' own operations are the JDK's and not counted.
 */
public final class OperationTally {
    private static final LongAdder READ_MODIFY_WRITES = new LongAdder();
    private static final LongAdder ORDERED_STORES = new LongAdder();

    private OperationTally() {}

    /** Called before each read-modify-write operation. */
    public static void readModifyWrite() {
        READ_MODIFY_WRITES.increment();
    }

    /** Called before each volatile store and full fence. */
    public static void orderedStore() {
        ORDERED_STORES.increment();
    }

    static long readModifyWrites() {
        return READ_MODIFY_WRITES.sum();
    }

    static long orderedStores() {
        return ORDERED_STORES.sum();
    }
}
