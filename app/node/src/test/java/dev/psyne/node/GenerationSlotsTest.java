package dev.psyne.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class GenerationSlotsTest {
    @Test
    void refusesAtOnceBeyondTheQueueAndServesTheQueueInTheEnd() throws Exception {
        GenerationSlots slots = new GenerationSlots(1, 1);
        GenerationSlots.Admission admitted = slots.admit();
        GenerationSlots.Slot running = admitted.acquire();
        CountDownLatch served = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> waiting = callers.submit(() -> {
                try (GenerationSlots.Admission admission = slots.admit();
                        GenerationSlots.Slot slot = admission.acquire()) {
                    served.countDown();
                }
                return null;
            });
            while (slots.waiting() < 1) {
                Thread.onSpinWait();
            }
            assertThrows(BusyException.class, slots::admit);
            running.close();
            admitted.close();
            served.await();
            waiting.get();
        }
        assertEquals(0, slots.busy());
        assertEquals(0, slots.waiting());
    }

    @Test
    void closingASlotTwiceFreesItOnce() throws Exception {
        GenerationSlots slots = new GenerationSlots(1, 0);
        GenerationSlots.Admission admission = slots.admit();
        GenerationSlots.Slot slot = admission.acquire();
        slot.close();
        slot.close();
        admission.close();
        admission.close();
        GenerationSlots.Admission again = slots.admit();
        assertThrows(BusyException.class, slots::admit);
        again.close();
        assertEquals(0, slots.busy());
    }
}
