package dev.psyne.hypha.internal.manager;

import dev.psyne.fiber.Scheduler;
import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.identity.Workspaces;
import dev.psyne.hypha.internal.router.Router;
import dev.psyne.hypha.internal.session.Sessions;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a server consists of. */
public record ServerParts(
        Scheduler scheduler,
        HyphaLimits limits,
        Tokens tokens,
        Workspaces workspaces,
        Router router,
        ServerParticipant manager,
        Sessions sessions,
        Supplier<String> url,
        InstantSource clock,
        LongSupplier nanoClock) {}
