package dev.psyne.node;

import dev.psyne.rpc.Name;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What models were taught, and teaching them, as a service of psyne.v2. Every method takes the name of a model; without it the node's
 * first is meant.
 */
@Name("Teaching")
interface TeachingCalls {
    /** A thing that was taught; {@code taughtAt} is in milliseconds since 1970. */
    record Thing(String name, long pictures, long taughtAt) {}

    /** A thing as a file. */
    record ThingFile(String filename, MemorySegment bytes) {}

    /** All things, by name. */
    List<Thing> things(@Name("model") @Nullable String model);

    /** Learns a thing from three to ten pictures, each a PNG, JPEG or WebP file. */
    Thing teach(
            @Name("name") String name,
            @Name("images") List<MemorySegment> images,
            @Name("model") @Nullable String model);

    /** Gives a thing another name. */
    Thing rename(@Name("from") String from, @Name("to") String to, @Name("model") @Nullable String model);

    /** Forgets a thing; the answer is what {@link #restore} brings it back by. */
    String forget(@Name("name") String name, @Name("model") @Nullable String model);

    /** Brings a thing back. */
    Thing restore(@Name("token") String token, @Name("model") @Nullable String model);

    /** A thing as a file, for another node. */
    ThingFile export(@Name("name") String name, @Name("model") @Nullable String model);

    /** Takes a thing of a file. */
    Thing load(@Name("bytes") MemorySegment bytes, @Name("model") @Nullable String model);
}
