package dev.psyne.rpc.internal.pool;

import dev.psyne.rpc.internal.connection.Failure;
import dev.psyne.rpc.internal.service.Link;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Begins connections. */
public interface Dialer {
    /** Is told what becomes of one, on any thread; must not wait. */
    interface Caller extends Link.Admission {
        /** There is no connection; {@code cause} is known if it is the machine's or the network's doing. */
        void failed(Failure reason, @Nullable IOException cause);
    }

    /** One that was begun. */
    interface Dialing {
        /** Gives it up, or ends it; not to be called with a lock that its caller's events need. */
        void end(Failure reason);
    }

    /** Begins a connection, without waiting for it. */
    Dialing dial(String address, Caller caller);
}
