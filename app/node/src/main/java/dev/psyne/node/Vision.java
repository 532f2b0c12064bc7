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
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.Answer;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.FinishReason;
import dev.psyne.vlm.Model;
import dev.psyne.vlm.ModelException;
import dev.psyne.vlm.Sampling;
import dev.psyne.vlm.Token;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The vision service: decodes pictures, asks a model, and moves its tokens through a {@code mem:} channel to
 * whoever asked. The pictures' pixels count against the node's byte budget while they are held; the number of
 * generations is bounded. Called on fibers; every wait gives the worker away.
 */
final class Vision {
    private static final ChannelOptions TOKEN_CHANNEL =
            ChannelOptions.standard().withCapacityBytes(16_384).withPolicy(Policy.BLOCK);

    /** What is told of a question whose asker left before it was looked at. */
    private static final Answer CANCELLED = new Answer("", 0, false, 0, 0, 0, FinishReason.CANCELLED, 0, 0, 0);

    private final ServedModels models;
    private final Scheduler scheduler;
    private final Channels channels;
    private final PictureMemory pictures;
    private final GenerationSlots slots;
    private final TaughtThings taught;
    private final AtomicLong generations = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();

    Vision(ServedModels models, Scheduler scheduler, Channels channels, ByteBudget budget, NodeLimits limits) {
        this(models, scheduler, channels, budget, limits, Optional.empty());
    }

    /** As above, with a directory for what models are taught. */
    Vision(
            ServedModels models,
            Scheduler scheduler,
            Channels channels,
            ByteBudget budget,
            NodeLimits limits,
            Optional<Path> taught) {
        this.models = models;
        this.scheduler = scheduler;
        this.channels = channels;
        this.pictures = new PictureMemory(budget, limits.pictures());
        this.taught = new TaughtThings(taught, models, pictures, InstantSource.system());
        this.slots = new GenerationSlots(limits.generations(), limits.queuedGenerations());
    }

    ServedModels models() {
        return models;
    }

    GenerationSlots slots() {
        return slots;
    }

    TaughtThings taught() {
        return taught;
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
     * @throws RuntimeException one that {@link Refusal} knows if it is not answered
     */
    Answer ask(Question question, TokenFlow flow) throws InterruptedException {
        long bytes = pictures.decodedBytes(question);
        try (GenerationSlots.Admission admission = slots.admit()) {
            Optional<ServedModels.Lease> leased = lease(question, flow);
            if (leased.isEmpty()) {
                return CANCELLED;
            }
            try (ServedModels.Lease lease = leased.get();
                    GenerationSlots.Slot slot = admission.acquire()) {
                if (flow.cancellation().isCancelled()) {
                    return CANCELLED;
                }
                generations.incrementAndGet();
                taught.refresh(lease.model());
                try (PictureMemory.Decoded decoded = pictures.decode(question, bytes)) {
                    lease.model().check(decoded.conversation());
                    return stream(lease.model(), decoded.conversation(), question.sampling(), flow, slot.number());
                }
            }
        } catch (ModelException e) {
            // The half of the model that was still being read turned out to be broken.
            throw new UnavailableModelException(Failures.sentence(e));
        }
    }

    /** Pictures are encoded while the rest of a model is read; who has none waits for it, and holds no slot meanwhile. */
    private Optional<ServedModels.Lease> lease(Question question, TokenFlow flow) throws InterruptedException {
        return question.pictures().isEmpty()
                ? models.acquireLoaded(question.model(), flow.cancellation())
                : models.acquire(question.model(), flow.cancellation());
    }

    private Answer stream(Model model, Conversation conversation, Sampling sampling, TokenFlow flow, int slot)
            throws InterruptedException {
        String uri = "mem:tokens/" + slot;
        try (Receiver receiver = channels.receiver(uri, TOKEN_CHANNEL);
                Sender sender = channels.sender(uri, TOKEN_CHANNEL)) {
            Counter delivery = Counter.create();
            scheduler.spawn(delivery, () -> forward(receiver, flow));
            try {
                return model.answer(conversation, sampling, token -> send(sender, flow, token), flow.cancellation());
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
            TokenMessage.Encoded encoded = TokenMessage.Encoded.of(token);
            Claim claim = sender.claim(encoded.bytes());
            encoded.write(claim.segment());
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
