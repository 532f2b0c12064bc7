package dev.psyne.node;

import dev.psyne.image.ImageDecoder;
import dev.psyne.image.ImageLimits;
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.QuestionException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Decodes the pictures of questions within the node's budget of bytes. Safe for any thread. */
final class PictureMemory {
    private final ByteBudget budget;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.standard());

    PictureMemory(ByteBudget budget) {
        this.budget = budget;
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

    /**
     * Decodes the pictures of a question.
     *
     * @param bytes what {@link #decodedBytes} says of it
     * @throws BusyException if there is no room for them now
     */
    Decoded decode(Question question, long bytes) {
        if (!budget.tryReserve(bytes)) {
            throw new BusyException("the node's memory for pictures is in use; try again in a second");
        }
        try {
            return new Decoded(conversation(question), bytes);
        } catch (RuntimeException e) {
            budget.release(bytes);
            throw e;
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
