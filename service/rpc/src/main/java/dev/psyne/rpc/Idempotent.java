package dev.psyne.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that may be called again when nobody knows what became of the first call: twice is as good as once.
 *
 * <p>A client repeats such a call by itself when its connection is lost or the callee has too much to do. If the method gives
 * {@link Items}, it gives the same items in the same order whenever it has the same arguments, wherever it runs: a stream whose
 * connection was lost goes on behind the items that its reader has had, and its arguments stay as they are until it ends. A
 * method that takes items is not repeated once they have been asked for.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Idempotent {}
