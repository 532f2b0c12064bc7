package dev.psyne.rpc;

import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** A service with every kind of method. */
public interface IpcAtlas {
    String greet(String name);

    @Inline
    String thread();

    @Inline
    Tensor doubled(@Element(ElementType.F32) Tensor values);

    @Inline
    void failInline(String code);

    long bytes(MemorySegment data);

    Items<Integer> count(int upTo);

    long sum(Items<Long> values);

    Items<String> echo(Items<String> words);

    void wait(String forWhat);
}
