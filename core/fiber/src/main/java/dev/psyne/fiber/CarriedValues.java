package dev.psyne.fiber;

import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scoped values that the jobs of a scheduler have from their spawners.
 *
 * <p>A value can be bound again but not unbound, so a job that has one unbound may not run on a stack that has it bound:
 * {@link #bound} tells that of the stack, {@link SpawnContext#bound} of the job.
 */
final class CarriedValues {
    private final ScopedValue<?>[] keys;

    private CarriedValues(ScopedValue<?>[] keys) {
        this.keys = keys;
    }

    /** Null if there are none. */
    static @Nullable CarriedValues of(List<ScopedValue<?>> keys) {
        return keys.isEmpty() ? null : new CarriedValues(new LinkedHashSet<>(keys).toArray(ScopedValue<?>[]::new));
    }

    /** A bit for each that is bound in the caller. */
    long bound() {
        long bound = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].isBound()) {
                bound |= 1L << i;
            }
        }
        return bound;
    }

    /** What a job spawned here has, where these locals are bound; null if nothing is. */
    @Nullable
    SpawnContext capture(@Nullable JobContext locals) {
        long bound = 0;
        ScopedValue.Carrier carrier = null;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].isBound()) {
                bound |= 1L << i;
                carrier = with(carrier, keys[i]);
            }
        }
        return carrier == null ? locals : new CarriedContext(locals, bound, carrier);
    }

    private static <T> ScopedValue.Carrier with(ScopedValue.@Nullable Carrier carrier, ScopedValue<T> key) {
        return carrier == null ? ScopedValue.where(key, key.get()) : carrier.where(key, key.get());
    }
}
