package dev.psyne.fiber;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.Objects;

/** Runs a body inside the initialiser of a class made for it, so that the stack cannot be set aside. */
final class PinnedWait {
    private static final ThreadLocal<Runnable> BODY = new ThreadLocal<>();

    private PinnedWait() {}

    static void run(Runnable body) {
        BODY.set(body);
        try (InputStream template =
                Objects.requireNonNull(PinnedWait.class.getResourceAsStream("PinnedWait$Initialised.class"))) {
            MethodHandles.lookup().defineHiddenClass(template.readAllBytes(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    static void runBody() {
        BODY.get().run();
    }

    /** The template; each run makes a class of it. */
    private static final class Initialised {
        static {
            runBody();
        }
    }
}
