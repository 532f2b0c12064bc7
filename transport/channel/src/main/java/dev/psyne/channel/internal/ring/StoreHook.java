package dev.psyne.channel.internal.ring;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fault injection: halts the process just before one of its stores into a ring, as a kill at that moment would. With
 * {@code -Ddev.psyne.channel.haltAtStore=N} the process ends at its store number N, counted from 0, with status
 * {@value #STATUS}; without the property the check is compiled away.
 */
public final class StoreHook {
    /** The property that names the store. */
    public static final String PROPERTY = "dev.psyne.channel.haltAtStore";

    /** What the halted process exits with: 128 + SIGKILL, as a shell shows a kill. */
    public static final int STATUS = 137;

    private static final int HALT_AT = Integer.getInteger(PROPERTY, -1);
    private static final boolean ARMED = HALT_AT >= 0;
    private static final AtomicInteger STORES = new AtomicInteger();

    private StoreHook() {}

    static void beforeStore() {
        if (ARMED && STORES.getAndIncrement() == HALT_AT) {
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /** How many stores there were; 0 unless the property is given. */
    public static int stores() {
        return STORES.get();
    }
}
