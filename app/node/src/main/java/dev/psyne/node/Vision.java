package dev.psyne.node;

import dev.psyne.channel.ChannelClosedException;
import dev.psyne.channel.ChannelOptions;
import dev.psyne.channel.Channels;
import dev.psyne.channel.Claim;
import dev.psyne.channel.Policy;
import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import dev.psyne.fiber.Counter;
import dev.psyne.fiber.Scheduler;
import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageHeader;
import dev.psyne.image.ImageLimits;
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelInfo;
import dev.psyne.vlm.Token;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The vision service: decodes a picture, asks the model, and moves its tokens through a {@code mem:} channel to
 * whoever asked. The picture's pixels count against the node's byte budget while they are held; the number of
 * generations is bounded. Called on fibers; every wait gives the worker away.
 */
final class Vision {
    private static final int QUEUED_GENERATIONS = 32;
    private static final ChannelOptions TOKEN_CHANNEL =
            ChannelOptions.standard().withCapacityBytes(4096).withPolicy(Policy.BLOCK);

    /** What is told of a question whose asker left before it was looked at. */
    private static final Answer CANCELLED = new Answer("", 0, false, 0, 0, 0, FinishReason.CANCELLED, 0, 0, 0);

    private final Model model;
    private final Scheduler scheduler;
    private final Channels channels;
    private final ByteBudget budget;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.standard());
    private final GenerationSlots slots;
    private final AtomicLong generations = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();

    Vision(Model model, Scheduler scheduler, Channels channels, ByteBudget budget) {
        this.model = model;
        this.scheduler = scheduler;
        this.channels = channels;
        this.budget = budget;
        this.slots = new GenerationSlots(scheduler.workers(), QUEUED_GENERATIONS);
    }

    ModelInfo info() {
        return model.info();
    }

    GenerationSlots slots() {
        return slots;
    }

    long tokens() {
        return tokens.get();
    }

    long generations() {
        return generations.get();
    }

    /**
     * Answers a question, sending each token to {@code flow} as it is chosen.
     *
     * @throws BusyException when too much work is waiting
     */
    Answer ask(VisionRequest request, TokenFlow flow) throws InterruptedException {
        ImageHeader header = decoder.header(request.image());
        try (GenerationSlots.Slot slot = slots.acquire()) {
            if (flow.cancelled()) {
                return CANCELLED;
            }
            generations.incrementAndGet();
            return stream(header.decodedBytes(), request, flow, slot.number());
        }
    }

    private Answer stream(long pixelBytes, VisionRequest request, TokenFlow flow, int slot)
            throws InterruptedException {
        if (!budget.tryReserve(pixelBytes)) {
            throw new BusyException("the node's memory for pictures is in use; try again in a second");
        }
        try {
            Conversation conversation = Conversation.about(decoder.decode(request.image()), request.question());
            model.check(conversation);
            return stream(conversation, request, flow, slot);
        } finally {
            budget.release(pixelBytes);
        }
    }

    private Answer stream(Conversation conversation, VisionRequest request, TokenFlow flow, int slot)
            throws InterruptedException {
        String uri = "mem:tokens/" + slot;
        try (Receiver receiver = channels.receiver(uri, TOKEN_CHANNEL);
                Sender sender = channels.sender(uri, TOKEN_CHANNEL)) {
            Counter delivery = Counter.create();
            scheduler.spawn(delivery, () -> forward(receiver, flow));
            try {
                return model.answer(conversation, request.sampling(), token -> send(sender, flow, token));
            } finally {
                sender.close();
                delivery.await();
            }
        }
    }

    private boolean send(Sender sender, TokenFlow flow, Token token) {
        try {
            if (!flow.permit()) {
                return false;
            }
            byte[] text = TokenMessage.textBytes(token.text());
            Claim claim = sender.claim(TokenMessage.HEADER_BYTES + text.length);
            TokenMessage.write(claim.segment(), token.index(), token.id(), token.probability(), text);
            claim.commit();
            tokens.incrementAndGet();
            return true;
        } catch (ChannelClosedException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void forward(Receiver receiver, TokenFlow flow) {
        boolean[] gone = {false};
        try (receiver) {
            while (!gone[0] && receiver.receive(message -> gone[0] = !flow.deliver(TokenMessage.read(message)))) {}
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
