package dev.psyne.bench.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Netty's pooled allocator, direct buffers. */
final class NettyHolder implements BlockHolder {
    private final PooledByteBufAllocator allocator;
    private final @Nullable ByteBuf[] places;

    NettyHolder(PooledByteBufAllocator allocator, int places) {
        this.allocator = allocator;
        this.places = new @Nullable ByteBuf[places];
    }

    @Override
    public void replace(int place, int bytes) {
        ByteBuf before = places[place];
        if (before != null) {
            before.release();
        }
        ByteBuf block = allocator.directBuffer(bytes, bytes);
        block.setLong(0, bytes);
        block.setLong(bytes - Long.BYTES, bytes);
        places[place] = block;
    }

    @Override
    public void clear() {
        for (ByteBuf block : places) {
            if (block != null) {
                block.release();
            }
        }
        Arrays.fill(places, null);
    }
}
