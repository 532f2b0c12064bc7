package dev.psyne.rpc.internal.service;

import dev.psyne.rpc.internal.connection.IncomingCall;
import dev.psyne.rpc.internal.wire.CallHeader;
import dev.psyne.rpc.internal.wire.ReceivedMessage;

/** What answers the calls of a service, wherever it is. */
public interface CallTarget {
    /** Takes a call, on the thread that reads its connection; must not wait. */
    void call(IncomingCall call, CallHeader header, ReceivedMessage message);
}
