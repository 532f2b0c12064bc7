package dev.psyne.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The number in the schema of a record's component, a method's parameter or an enum's constant, where it is not its
 * place: components and parameters are numbered from 1, constants from 0. A number is never used again for another
 * thing; what is added to a record takes a greater one than all before.
 *
 * <pre>{@code
 * record Picture(Tensor pixels, @Field(7) @Nullable String caption) {}
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER, ElementType.FIELD})
public @interface Field {
    /** 1 to 65535; 0 or more for a constant. */
    int value();
}
