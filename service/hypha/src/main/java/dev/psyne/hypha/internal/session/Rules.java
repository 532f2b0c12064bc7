package dev.psyne.hypha.internal.session;

import dev.psyne.hypha.HyphaLimits;
import dev.psyne.hypha.internal.identity.Tokens;
import dev.psyne.hypha.internal.identity.Workspaces;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in, and how much of it.
 *
 * @param tokens that clients may show
 * @param workspaces they may enter
 * @param limits of each client and of all
 * @param anonymous whether a client may come without a token
 * @param ownerToken makes its bearer the owner of the node, or null
 * @param clock of tokens
 * @param nanoClock of waiting
 */
public record Rules(
        Tokens tokens,
        Workspaces workspaces,
        HyphaLimits limits,
        boolean anonymous,
        @Nullable String ownerToken,
        InstantSource clock,
        LongSupplier nanoClock) {}
