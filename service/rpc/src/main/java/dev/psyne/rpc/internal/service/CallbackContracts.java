package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.ValueCodec;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The contracts of a service's callbacks, each made when it is first asked for. Any thread may call. */
final class CallbackContracts {
    /** Of services without a schema, whose callbacks stand in no field: {@link UntypedMessage#CALLBACK} is that of each. */
    static final CallbackContracts UNTYPED = new CallbackContracts(new NamedEncoding(Map.of()));

    private final Encoding encoding;
    private final Map<ValueCodec.Callback, CallbackContract> made = new ConcurrentHashMap<>();

    CallbackContracts(Encoding encoding) {
        this.encoding = encoding;
    }

    /** The contract of the callbacks in a field. */
    CallbackContract of(ValueCodec.Callback codec) {
        CallbackContract known = made.get(codec);
        return known != null ? known : made.computeIfAbsent(codec, this::make);
    }

    private CallbackContract make(ValueCodec.Callback codec) {
        if (!(codec.held() instanceof ParameterizedType callback)) {
            throw new IllegalArgumentException(codec.held().getTypeName()
                    + " says nothing of its argument and its result: use Callback with two type arguments");
        }
        Type[] types = callback.getActualTypeArguments();
        return new CallbackContract(
                encoding.value("callback.argument", codec.type().argument(), types[0]),
                encoding.value("callback.result", codec.type().result(), types[1]));
    }
}
