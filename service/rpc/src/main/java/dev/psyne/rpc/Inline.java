package dev.psyne.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of a service that is short: its callee runs it where the call is read, which spares it the way to a worker and back. It
 * must not wait, for a lock, for a file or for a call of its own, and should take some microseconds at most: nothing else is read of
 * the connection meanwhile, nor of those that share its thread. It takes and gives no stream, and takes no callback.
 *
 * <p>The mark is the callee's affair: it is not part of the schema, and without effect where the caller's interface has it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Inline {}
