package dev.psyne.node;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.QuestionException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Decodes the pictures of questions within the node's budget of bytes. Safe for any thread. */
final class PictureMemory {
    /** One part in so many of the budget is what pictures take at once before others wait for it; bodies have the rest. */
    private static final int SHARE = 2;

    private static final int PERMIT_BYTES = 1024;

    private final ByteBudget budget;
    private final int permits;
    private final Semaphore room;
    private final ImageDecoder decoder;

    PictureMemory(ByteBudget budget, ImageLimits limits) {
        this.budget = budget;
        this.decoder = new ImageDecoder(limits);
        this.permits = (int) Math.clamp(budget.limit() / SHARE / PERMIT_BYTES, 1, Integer.MAX_VALUE);
        this.room = new Semaphore(permits, true);
    }

    /** A question that can be asked of a model; closing it gives its pictures' bytes back. */
    final class Decoded implements AutoCloseable {
        private final Conversation conversation;
        private final long bytes;

        private Decoded(Conversation conversation, long bytes) {
            this.conversation = conversation;
            this.bytes = bytes;
        }

        Conversation conversation() {
            return conversation;
        }

        @Override
        public void close() {
            budget.release(bytes);
            room.release(permits(bytes));
        }
    }

    /**
     * What the pictures of a question take decoded, from their headers alone.
     *
     * @throws TooLargeException if the node could not hold them even if it did nothing else
     */
    long decodedBytes(Question question) {
        List<MemorySegment> files = question.pictures();
        if (files.size() > Question.MAX_PICTURES) {
            throw new QuestionException("The conversation has " + files.size() + " pictures; ask with at most "
                    + Question.MAX_PICTURES + ".");
        }
        long bytes = 0;
        for (MemorySegment file : files) {
            bytes += decoder.header(file).decodedBytes();
        }
        if (bytes > budget.limit()) {
            throw new TooLargeException("The pictures of the conversation take " + (bytes >> 20)
                    + " MB decoded, and the node has " + (budget.limit() >> 20)
                    + " MB for pictures: send fewer, or smaller ones.");
        }
        return bytes;
    }

    /** What a question takes of the room; one that is larger than all of it takes all. */
    private int permits(long bytes) {
        return (int) Math.min(permits, (bytes + PERMIT_BYTES - 1) / PERMIT_BYTES);
    }

    /**
     * Decodes the pictures of a question, once those that came before have left room for them.
     *
     * @param bytes what {@link #decodedBytes} says of it
     * @throws BusyException if requests take so much that there is no room
     */
    Decoded decode(Question question, long bytes) throws InterruptedException {
        room.acquire(permits(bytes));
        boolean isReserved = false;
        boolean isDecoded = false;
        try {
            isReserved = budget.tryReserve(bytes);
            if (!isReserved) {
                throw new BusyException("the node's memory for pictures is in use; try again in a second");
            }
            Decoded decoded = new Decoded(conversation(question), bytes);
            isDecoded = true;
            return decoded;
        } finally {
            if (!isDecoded) {
                budget.release(isReserved ? bytes : 0);
                room.release(permits(bytes));
            }
        }
    }

    private Conversation conversation(Question question) {
        List<Conversation.Turn> turns = new ArrayList<>();
        for (Question.Message message : question.messages()) {
            List<Conversation.Part> parts = new ArrayList<>();
            for (Question.Part part : message.parts()) {
                parts.add(
                        switch (part) {
                            case Question.Words(String text) -> new Conversation.Text(text);
                            case Question.PictureFile(MemorySegment file) ->
                                new Conversation.Image(decoder.decode(file));
                        });
            }
            turns.add(new Conversation.Turn(message.role(), parts));
        }
        return new Conversation(turns);
    }
}
