package dev.psyne.bench.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** The C library's malloc and free, called in the cheapest way FFM has. */
final class MallocHolder implements BlockHolder {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final MethodHandle MALLOC =
            handle("malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));

    private final long[] places;

    MallocHolder(int places) {
        this.places = new long[places];
    }

    @Override
    public void replace(int place, int bytes) {
        if (places[place] != 0) {
            free(places[place]);
        }
        long block = malloc(bytes);
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, block, bytes);
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, block + bytes - Long.BYTES, bytes);
        places[place] = block;
    }

    @Override
    public void clear() {
        for (long block : places) {
            free(block);
        }
        Arrays.fill(places, 0);
    }

    private static long malloc(long bytes) {
        try {
            long block = (long) MALLOC.invokeExact(bytes);
            if (block == 0) {
                throw new OutOfMemoryError("malloc of " + bytes + " bytes");
            }
            return block;
        } catch (Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new LinkageError("malloc", thrown);
        }
    }

    private static void free(long block) {
        try {
            FREE.invokeExact(block);
        } catch (Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new LinkageError("free", thrown);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), descriptor, Linker.Option.critical(false));
    }
}
