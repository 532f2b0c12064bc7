package dev.psyne.fiber;

import dev.psyne.fiber.spi.DeviceListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Work whose end the device's driver calls back. */
final class SignalledDeviceJob extends DeviceJob {
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

    DeviceListener listener() {
        return new DeviceListener() {
            @Override
            public void done() {
                end.complete(null);
            }

            @Override
            public void failed(Throwable failure) {
                end.completeExceptionally(failure);
            }
        };
    }

    @Override
    public boolean isDone() {
        return end.isDone();
    }

    @Override
    public void await() {
        Futures.await(end);
    }

    @Override
    public boolean await(Duration timeout) {
        try {
            Futures.await(end, timeout);
            return true;
        } catch (AwaitTimeoutException late) {
            return false;
        }
    }
}
