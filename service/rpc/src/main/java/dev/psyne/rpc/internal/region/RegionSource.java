package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where one side of a connection gives its regions to others, and gets theirs. Any thread may call. */
interface RegionSource {
    /**
     * A region as others know it.
     *
     * @param isFile whether it is a whole file, whose parts may lie at multiples of 8
     */
    record Known(Region region, boolean isFile) {}

    /** Makes a region known; its number. */
    int give(Region region, boolean isFile) throws IOException;

    /** The region of a number; null if there is none any more. */
    @Nullable
    Known take(int number) throws IOException;

    /** Ends what {@link #give} began. */
    void drop(int number) throws IOException;
}
