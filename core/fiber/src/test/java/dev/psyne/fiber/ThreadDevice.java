package dev.psyne.fiber;

import dev.psyne.fiber.spi.DeviceListener;
import dev.psyne.fiber.spi.DevicePoll;
import dev.psyne.fiber.spi.DeviceQueue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** A device that is a thread: it does the pieces in order, and is asked or calls back. */
final class ThreadDevice implements AutoCloseable {
    private final BlockingQueue<Piece> pieces;
    private final Thread thread = new Thread(this::work, "device");

    ThreadDevice(int capacity) {
        pieces = new ArrayBlockingQueue<>(capacity);
        thread.start();
    }

    DeviceQueue<Runnable> queue(boolean signalled) {
        return signalled ? signalled() : polled();
    }

    DeviceQueue.Signalled<Runnable> signalled() {
        return (work, listener) -> take(new Piece(work, listener));
    }

    DeviceQueue.Polled<Runnable> polled() {
        return work -> {
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            DevicePoll poll = () -> end.getNow(false);
            take(new Piece(work, new DeviceListener() {
                @Override
                public void done() {
                    end.complete(true);
                }

                @Override
                public void failed(Throwable failure) {
                    end.completeExceptionally(failure);
                }
            }));
            return poll;
        };
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void take(Piece piece) {
        if (!pieces.offer(piece)) {
            throw new RejectedExecutionException("the device has a queue of " + pieces.size() + " pieces already");
        }
    }

    private void work() {
        try {
            while (true) {
                Piece piece = pieces.take();
                try {
                    piece.work.run();
                    piece.listener.done();
                } catch (RuntimeException failure) {
                    piece.listener.failed(failure);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private record Piece(Runnable work, DeviceListener listener) {}
}
