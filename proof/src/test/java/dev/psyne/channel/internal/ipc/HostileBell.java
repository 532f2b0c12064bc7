package dev.psyne.channel.internal.ipc;

import dev.psyne.channel.ChannelMismatchException;
import dev.psyne.memory.RegionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A bell's file with bytes that somebody else wrote: its owner listens, another rings. */
final class HostileBell {
    private HostileBell() {}

    /** The first byte says how much of the header is right, the next two where the size is wrong; the rest is content. */
    static void act(Path file, byte[] input) {
        int kind = input.length == 0 ? 0 : input[0];
        byte[] content = Arrays.copyOfRange(input, Math.min(1, input.length), Math.max(1, input.length));
        ByteBuffer words = ByteBuffer.allocate((int) (kind % 2 == 0 ? BellLayout.BYTES : content.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        words.put(0, content, 0, Math.min(content.length, words.capacity()));
        if (kind % 4 == 0) {
            words.putLong((int) BellLayout.MAGIC_AT, BellLayout.MAGIC);
            words.putInt((int) BellLayout.VERSION_AT, BellLayout.VERSION);
        }
        try {
            Files.write(file, words.array());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try (Bell bell = Bell.mapForeign(file)) {
            bell.ring(kind * 700);
            bell.ring(Integer.MIN_VALUE);
            bell.nudge();
            answer(bell);
            bell.await(bell.count() + 1, 1);
        } catch (ChannelMismatchException | RegionException expected) {
            // It is no bell.
        }
    }

    private static void answer(Bell bell) {
        int[] calls = new int[1];
        bell.answer(sleeper -> {
            calls[0]++;
            if (sleeper < 0 || sleeper >= BellLayout.SLEEPERS) {
                throw new AssertionError("there is no sleeper " + sleeper);
            }
        });
        if (calls[0] > BellLayout.SLEEPERS) {
            throw new AssertionError(calls[0] + " sleepers were rung for");
        }
    }
}
