package dev.psyne.hypha.internal.manager;

import dev.psyne.hypha.HyphaCall;
import dev.psyne.hypha.HyphaException;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Address;
import dev.psyne.hypha.internal.router.Participant;
import dev.psyne.hypha.internal.router.Router;

/** Finds who is behind a call. */
record Callers(Router router, Workspaces workspaces) {
    Caller of(HyphaCall call) {
        Participant participant = participant(call);
        return new Caller(participant.address(), participant.user(), workspaces);
    }

    private Participant participant(HyphaCall call) {
        Participant participant = router.find(Address.parse(call.caller(), ""));
        if (participant == null) {
            throw new HyphaException("RuntimeError: " + call.caller() + " has disconnected");
        }
        return participant;
    }

    Participant participant(Caller caller) {
        Participant participant = router.find(caller.address());
        if (participant == null) {
            throw new HyphaException("RuntimeError: " + caller.address() + " has disconnected");
        }
        return participant;
    }
}
