package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.connection.Binding;
import dev.psyne.rpc.internal.connection.Offer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Service 0 of either side: what the other can be asked for, and what it is offered. */
public interface ConnectionService {
    /** Binds a service; its schema is left out if its fingerprint is {@code known}. */
    Binding find(String name, @Nullable Long known);

    /** Makes a service of the caller's callable through the callee; the name others find it by. */
    String offer(Offer service);

    /** The full names of the services there are. */
    List<String> services();

    /** Ends an offer. */
    void withdraw(String name);
}
