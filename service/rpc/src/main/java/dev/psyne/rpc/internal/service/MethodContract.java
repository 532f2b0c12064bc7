package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.codec.RecordCodec;
import dev.psyne.rpc.internal.schema.JavaService.JavaMethod;
import org.jspecify.annotations.Nullable;

/**
 * One method of a Java service and how its messages are written and read.
 *
 * @param number its place in the schema
 * @param arguments of the parameters, in the order of the schema
 * @param input of the items that the caller streams, if it does
 * @param output of the result, or of the items that the callee streams
 * @param isInPlace whether what its arguments hold lies in their message
 * @param isInline whether it runs on the thread that reads
 */
record MethodContract(
        int number,
        JavaMethod java,
        RecordCodec<@Nullable Object[]> arguments,
        @Nullable ValueMessage input,
        @Nullable ValueMessage output,
        boolean isInPlace,
        boolean isInline) {
    String name() {
        return java.definition().name();
    }

    boolean streamsOutput() {
        return java.definition().output() != null && java.definition().output().streamed();
    }
}
