package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.image.ImageTooLargeException;
import dev.psyne.memory.ByteBudget;
import dev.psyne.vlm.Conversation;
import dev.psyne.vlm.Sampling;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SmallNodeTest {
    private static final NodeLimits LIMITS = NodeLimits.small();

    private static Question about(int width, int height) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", png);
        Question.Part picture = new Question.PictureFile(MemorySegment.ofArray(png.toByteArray()));
        return new Question(
                Optional.empty(),
                List.of(new Question.Message(Conversation.Role.USER, List.of(picture))),
                Sampling.greedy());
    }

    @Test
    void picturesOfTwoMegapixelsFitAndLargerOnesAreToldSo() throws Exception {
        PictureMemory pictures = new PictureMemory(new ByteBudget(LIMITS.budgetBytes()), LIMITS.pictures());
        assertTrue(pictures.decodedBytes(about(1600, 1250)) <= LIMITS.budgetBytes());
        Question larger = about(1601, 1250);
        String said = assertThrows(ImageTooLargeException.class, () -> pictures.decodedBytes(larger))
                .getMessage();
        assertTrue(String.valueOf(said).contains("the limit is 2.0 million"), said);
    }

    @Test
    void oneQuestionIsAnsweredAtATime() {
        assertEquals(1, LIMITS.generations());
        assertTrue(LIMITS.queuedGenerations() > 0);
    }

    @Test
    void theEmbeddedModelFitsItsMemory() {
        ModelMemory.small()
                .requireRoom("scenes-2", ModelSource.at(RunningNode.MODEL).weightBytes());
    }
}
