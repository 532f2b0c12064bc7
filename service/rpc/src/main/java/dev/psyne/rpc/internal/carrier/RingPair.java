package dev.psyne.rpc.internal.carrier;

import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;

/**
 * The two channels of a connection, as one of its sides has them.
 *
 * @param away gives back what they lie in, when both are closed
 */
public record RingPair(Sender out, Receiver in, Runnable away) {}
