package dev.psyne.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name in the schema, where it is not the one in Java: a word of Java's, such as {@code class}, or a parameter of an
 * interface that is compiled without {@code -parameters}, whose name is lost otherwise.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.METHOD, ElementType.PARAMETER, ElementType.FIELD})
public @interface Name {
    /** An ASCII letter, then letters, digits and {@code _}; at most 128 characters. */
    String value();
}
