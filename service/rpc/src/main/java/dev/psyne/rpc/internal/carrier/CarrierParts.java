package dev.psyne.rpc.internal.carrier;

import dev.psyne.rpc.internal.codec.MessageBlocks;
import dev.psyne.rpc.internal.wire.Carrier;
import dev.psyne.rpc.internal.wire.CarrierEvents;
import dev.psyne.rpc.internal.wire.FrameReader;
import dev.psyne.rpc.internal.wire.MessageSink;
import java.util.function.Function;

/** What a carrier works with: who is told of a new one's peer, what makes messages of its bytes, and where what leaves is gathered. */
public record CarrierParts(
        Function<Carrier, CarrierEvents> events, Function<MessageSink, FrameReader> reader, MessageBlocks blocks) {}
