package dev.psyne.rpc;

import dev.psyne.tensor.ElementType;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the elements of a {@link dev.psyne.tensor.Tensor} are; a tensor without it may be of any. It stands before the
 * type wherever that stands: {@code List<@Element(ElementType.F32) Tensor>}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(java.lang.annotation.ElementType.TYPE_USE)
public @interface Element {
    /** The only type that is sent and taken. */
    ElementType value();
}
