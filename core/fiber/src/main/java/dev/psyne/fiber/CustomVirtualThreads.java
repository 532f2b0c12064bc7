package dev.psyne.fiber;

import dev.psyne.platform.Availability;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Makes virtual threads whose continuations run where an executor of ours runs them. The one file that reaches into the JDK:
 * the package-private constructor of its virtual thread builder that takes the scheduler, and the scheduler that others have.
 *
 * <p>The executor is given the same {@link Runnable} each time the thread can go on, and must run it on a platform thread.
 */
final class CustomVirtualThreads {
    private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

    private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

    /** Of the type (Thread)Object; null where the JDK does not let us. */
    private static final @Nullable MethodHandle SCHEDULER = findSchedulerField();

    private final Constructor<?> builder;
    private final Executor usualScheduler;

    private CustomVirtualThreads(Constructor<?> builder, Executor usualScheduler) {
        this.builder = builder;
        this.usualScheduler = usualScheduler;
    }

    /**
     * Finds the constructor and makes a thread with it that never starts.
     *
     * @throws UnsupportedOperationException if this JVM does not let us; the message says why
     */
    static CustomVirtualThreads open() {
        try {
            Constructor<?> builder = Class.forName(BUILDER).getDeclaredConstructor(Executor.class);
            builder.setAccessible(true);
            if (SCHEDULER == null) {
                throw new UnsupportedOperationException("this JDK's virtual threads do not tell their scheduler");
            }
            CustomVirtualThreads threads = new CustomVirtualThreads(builder, findUsualScheduler());
            threads.unstarted(Runnable::run, "probe", () -> {});
            return threads;
        } catch (ClassNotFoundException | NoSuchMethodException e) {
            throw new UnsupportedOperationException("this JDK's virtual threads take no scheduler (" + e + ")", e);
        } catch (InaccessibleObjectException e) {
            throw new UnsupportedOperationException("java.lang is not open to Psyne (" + e.getMessage() + ")", e);
        }
    }

    /** Where a virtual thread goes on that was started without a scheduler. */
    Executor usualScheduler() {
        return usualScheduler;
    }

    /** What a thread was made with as its scheduler, if it is virtual and this JDK tells. */
    static @Nullable Object schedulerOf(Thread thread) {
        if (SCHEDULER == null || !thread.isVirtual()) {
            return null;
        }
        try {
            return (Object) SCHEDULER.invokeExact(thread);
        } catch (Throwable impossible) {
            throw new IllegalStateException("a field of a virtual thread cannot be read", impossible);
        }
    }

    private static @Nullable MethodHandle findSchedulerField() {
        try {
            Field field = Class.forName(VIRTUAL_THREAD).getDeclaredField("scheduler");
            field.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectGetter(field)
                    .asType(MethodType.methodType(Object.class, Thread.class));
        } catch (ReflectiveOperationException | InaccessibleObjectException absent) {
            return null;
        }
    }

    private static Executor findUsualScheduler() {
        try {
            Field field = Class.forName(VIRTUAL_THREAD).getDeclaredField("DEFAULT_SCHEDULER");
            field.setAccessible(true);
            return field.get(null) instanceof Executor scheduler ? scheduler : ForkJoinPool.commonPool();
        } catch (ReflectiveOperationException elsewhere) {
            return ForkJoinPool.commonPool();
        }
    }

    static Availability availability() {
        try {
            open();
            return new Availability.Available("loop fibers: virtual threads carried by the scheduler's workers");
        } catch (UnsupportedOperationException e) {
            return new Availability.Unavailable(
                    String.valueOf(e.getMessage()),
                    "start Java 25 with --add-opens java.base/java.lang=ALL-UNNAMED; until then each job is a virtual thread");
        }
    }

    /** A virtual thread, not started, that {@code scheduler} carries. */
    Thread unstarted(Executor scheduler, String name, Runnable body) {
        try {
            Thread.Builder.OfVirtual one = (Thread.Builder.OfVirtual) builder.newInstance(scheduler);
            return one.name(name).inheritInheritableThreadLocals(false).unstarted(body);
        } catch (InvocationTargetException e) {
            throw new UnsupportedOperationException("the JVM has no continuations (" + e.getCause() + ")", e);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("the JDK's virtual thread builder has changed (" + e + ")", e);
        }
    }
}
