package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.MessageReader;
import dev.psyne.rpc.internal.codec.MessageReferences;
import dev.psyne.rpc.internal.codec.MessageWriter;
import dev.psyne.rpc.internal.codec.NamedMessage;
import dev.psyne.rpc.internal.codec.UntypedValues;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A value of a service without a schema. */
record UntypedMessage(String where) implements ValueMessage {
    /** Of callbacks. */
    static final CallbackContract CALLBACK =
            new CallbackContract(new UntypedMessage("callback.argument"), new UntypedMessage("callback.result"));

    @Override
    public MemorySegment encode(@Nullable Object value, MessageWriter writer) {
        MessageReferences references = writer.references();
        Object named = UntypedValues.named(value, callback -> {
            if (references instanceof LentCallbacks lent) {
                return lent.lend(callback, CALLBACK);
            }
            throw new IllegalArgumentException("callbacks cannot be sent here: use them in a call's arguments");
        });
        return NamedMessage.encode(named, writer);
    }

    @Override
    public @Nullable Object decode(MessageReader reader) {
        return UntypedValues.value(NamedMessage.decode(reader, where), where);
    }

    @Override
    public boolean isInPlace() {
        return false;
    }
}
