package dev.psyne.rpc.internal.connection;

import dev.psyne.rpc.internal.meter.MethodMeter;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import org.jspecify.annotations.Nullable;

/** What a caller learns of its call; {@link #ended} or {@link #failed} comes last, once, unless the caller cancels. */
public interface CallerEvents extends StreamEvents {
    /** The call's result. */
    void ended(ReceivedMessage result);

    /** There is none. */
    void failed(Failure failure);

    /** Counts the call; null if nobody does. */
    default @Nullable MethodMeter meter() {
        return null;
    }

    /** The callee calls a callback that it was given in this call's arguments; its argument stands behind eight bytes. */
    default void callback(IncomingCall callback, int id, ReceivedMessage message) {
        callback.fail(new Failure(
                Failure.NOT_FOUND, "no callback is numbered " + Integer.toUnsignedString(id) + " in this call"));
    }
}
