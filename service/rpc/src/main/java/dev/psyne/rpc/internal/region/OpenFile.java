package dev.psyne.rpc.internal.region;

import dev.psyne.memory.Region;
import dev.psyne.platform.MappableFile;
import dev.psyne.rpc.SharedFile;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Shape;
import dev.psyne.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A file that is mapped here and shared with whoever its tensors are sent to. */
final class OpenFile implements SharedFile {
    private final Region region;
    private final long address;
    private final Consumer<OpenFile> closed;

    private OpenFile(Region region, Consumer<OpenFile> closed) {
        this.region = region;
        this.address = region.segment().address();
        this.closed = closed;
    }

    static OpenFile open(Path file, Consumer<OpenFile> closed) {
        try {
            return new OpenFile(Region.mapReadOnly(MappableFile.open(file, false, true)), closed);
        } catch (IOException refused) {
            throw new UncheckedIOException("cannot share " + file + ": " + refused.getMessage(), refused);
        }
    }

    Region region() {
        return region;
    }

    long address() {
        return address;
    }

    @Override
    public long bytes() {
        return region.bytes();
    }

    @Override
    public Tensor tensor(long offset, ElementType type, Shape shape) {
        long bytes = shape.bytes(type);
        if (offset < 0 || bytes > region.bytes() - offset) {
            throw new IllegalArgumentException(type + " " + shape + " at " + offset + " needs " + bytes
                    + " bytes; the file has " + region.bytes());
        }
        return Tensor.of(region.segment().asSlice(offset, bytes), type, shape);
    }

    @Override
    public void close() {
        closed.accept(this);
        region.close();
    }
}
