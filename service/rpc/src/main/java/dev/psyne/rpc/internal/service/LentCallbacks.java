package dev.psyne.rpc.internal.service;

import dev.psyne.fiber.JobRejectedException;
import dev.psyne.fiber.Scheduler;
import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.Callback;
import dev.psyne.rpc.TraceContext;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.ValueCodec;
import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.wire.OutOfMessageMemoryException;
import dev.psyne.rpc.internal.wire.ReceivedMessage;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The functions that one call hands over in its arguments: numbered as they are written, called by the callee as jobs while the
 * call lasts. The thread that makes the call writes; the one that reads the connection takes calls.
 */
final class LentCallbacks implements MessageReferences {
    /** Of one call. */
    static final int MAX_CALLBACKS = 1 << 14;

    /** In front of a callback's argument stand its number and that of the call. */
    static final int LEAD_BYTES = 8;

    private final Messages messages;
    private final Scheduler scheduler;
    private final CallbackContracts contracts;
    private final @Nullable TraceContext trace = TraceContext.current();
    private final List<Lent> lent = new ArrayList<>();
    private volatile boolean over;

    private record Lent(Callback<@Nullable Object, @Nullable Object> function, CallbackContract contract) {}

    LentCallbacks(Messages messages, Scheduler scheduler, CallbackContracts contracts) {
        this.messages = messages;
        this.scheduler = scheduler;
        this.contracts = contracts;
    }

    @Override
    public @Nullable Place place(Tensor tensor) {
        return messages.references().place(tensor);
    }

    @Override
    public int number(Object callback, ValueCodec.Callback codec) {
        return lend((Callback<?, ?>) callback, contracts.of(codec));
    }

    /** The function's number, from 1 on. */
    @SuppressWarnings("unchecked")
    int lend(Callback<?, ?> callback, CallbackContract contract) {
        if (lent.size() == MAX_CALLBACKS) {
            throw new IllegalArgumentException(
                    "a call hands over " + MAX_CALLBACKS + " callbacks at most; let one callback take what to do");
        }
        lent.add(new Lent((Callback<@Nullable Object, @Nullable Object>) callback, contract));
        return lent.size();
    }

    /** The call is over: what is called from here on fails. */
    void end() {
        over = true;
    }

    /** Of the call. */
    @Nullable
    TraceContext trace() {
        return trace;
    }

    boolean isOver() {
        return over;
    }

    /** The callee calls one. */
    void call(IncomingCall call, int number, ReceivedMessage message) {
        if (number < 1 || number > lent.size()) {
            call.fail(new Failure(
                    Failure.NOT_FOUND,
                    "no callback is numbered " + Integer.toUnsignedString(number) + " in this call; it has "
                            + lent.size()));
            return;
        }
        Lent found = lent.get(number - 1);
        ValueMessage argument = found.contract().argument();
        MessageScope scope = null;
        try {
            if (argument.isInPlace()) {
                scope = new MessageScope(message.keep());
            }
            MemorySegment payload = scope == null ? message.payload() : scope.segment();
            start(call, found, messages.read(payload.asSlice(LEAD_BYTES), argument::decode), scope);
        } catch (BrokenMessageException broken) {
            MessageScope.end(scope);
            call.fail(new Failure(
                    Failure.INVALID_ARGUMENT, "the argument of callback " + number + ": " + broken.getMessage()));
        } catch (OutOfMessageMemoryException full) {
            call.fail(Failure.busy(String.valueOf(full.getMessage())));
        }
    }

    private void start(IncomingCall call, Lent found, @Nullable Object argument, @Nullable MessageScope scope) {
        try {
            scheduler.spawn(new CallbackCall(
                    call, this, found.function(), argument, found.contract().result(), messages, scope));
        } catch (JobRejectedException full) {
            MessageScope.end(scope);
            call.fail(Failure.busy("the caller has too much to do to run a callback: try again later"));
        }
    }
}
