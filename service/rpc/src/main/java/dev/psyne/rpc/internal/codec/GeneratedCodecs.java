package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.internal.schema.Definition;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;

/**
 * Codecs that are classes of their own, one for each record, made when they are asked for: hidden, beside the record's class and
 * seeing what it sees, gone when nobody uses them. They write the same bytes as {@link ReferenceCodecs}.
 */
public final class GeneratedCodecs extends RecordCodecs {
    /**
     * The codecs of a schema.
     *
     * @param definitions by name
     */
    public GeneratedCodecs(Map<String, Definition> definitions) {
        super(definitions);
    }

    @Override
    @SuppressWarnings("unchecked")
    RecordCodec<Object> make(RecordBinding binding) {
        MethodHandles.Lookup lookup =
                binding.isArray() ? MethodHandles.lookup() : RecordHandles.lookup(binding.holder());
        byte[] bytes = new CodecClass(binding, lookup.lookupClass().getPackageName()).bytes();
        List<ValueCodec> constants =
                binding.fields().stream().map(RecordBinding.FieldBinding::codec).toList();
        try {
            MethodHandles.Lookup made = lookup.defineHiddenClassWithClassData(
                    bytes, constants, true, MethodHandles.Lookup.ClassOption.NESTMATE);
            return (RecordCodec<Object>) made.findConstructor(made.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (IllegalAccessException | LinkageError refused) {
            throw new IllegalArgumentException(
                    binding.definition().name() + ": no codec can be made beside " + binding.holder(), refused);
        } catch (Throwable failure) {
            throw new IllegalStateException("a codec's constructor failed", failure);
        }
    }
}
