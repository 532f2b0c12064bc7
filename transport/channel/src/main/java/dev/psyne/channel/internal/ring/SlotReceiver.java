package dev.psyne.channel.internal.ring;

import dev.psyne.platform.ProcessBarrier;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One of the receivers of a ring of slots. It takes the first message that nobody has taken, and holds its slot while the
 * handler runs. What a receiver that died gave back lies behind the head; after each death everybody looks through all
 * slots until a look finds none.
 *
 * <p>No wake-up is lost, though a message wakes only one. A sender that takes the wake word of a sleeper publishes before,
 * and that sleeper clears its word before it looks again: so it sees the message. It takes it, or another took it that was
 * awake. If more stand behind (commits come out of order, and one that ends a gap wakes one for all), or if the woken one
 * gives up instead, it wakes the next: {@link #passOn}. If it dies instead, its burial wakes everybody.
 */
final class SlotReceiver extends RingReceiver {
    private final Slots slots;
    private final MemorySegment messages;
    private final int number;
    private final int slotBytes;
    private final long head;
    private final long sendersWaiting;
    private final long receiversWaiting;
    private final long position;
    private long next;
    private long taken;
    private long takenWord;
    private int deathsLooked;
    private int deathsLooking;
    private long looking;
    private boolean hasWaited;

    SlotReceiver(Ring ring, EndMeters meters) {
        super(ring, meters);
        this.slots = new Slots(ring);
        this.messages = ring.data().asReadOnly();
        this.number = participant().index() + 1;
        this.slotBytes = ring.shape().slotBytes();
        this.head = ring.address() + RingLayout.HEAD_AT;
        this.sendersWaiting = ring.waitingAddress(Side.SENDER);
        this.receiversWaiting = ring.waitingAddress(Side.RECEIVER);
        this.position = participant().address() + RingLayout.POSITION;
    }

    @Override
    void open() {
        next = slots.hint(RingLayout.HEAD_AT);
        RingMemory.put(position, next);
    }

    @Override
    boolean hasNext() {
        return firstGivenBack() != Slots.NONE || firstCommitted() != Slots.NONE;
    }

    private long firstCommitted() {
        return slots.firstCommitted(Math.max(next, slots.hint(RingLayout.HEAD_AT)));
    }

    @Override
    @Nullable
    MemorySegment next() {
        if (!takeGivenBack() && !takeFirst()) {
            return null;
        }
        long length = RingMemory.get(slots.address(taken) + SlotLayout.LENGTH_AT);
        if (length < 0 || length > slotBytes) {
            pass();
            throw slots.damaged(taken, "length", length);
        }
        passOn();
        return messages.asSlice(slots.place(taken) + SlotLayout.HEADER_BYTES, length);
    }

    private boolean takeFirst() {
        long seen = slots.hint(RingLayout.HEAD_AT);
        long from = Math.max(seen, next);
        for (int race = 0; race < Slots.RACES; race++) {
            long first = slots.firstCommitted(from);
            if (first == Slots.NONE) {
                return false;
            }
            long word = slots.word(first);
            if (SlotLayout.lap(word) == slots.lap(first) && take(first, word)) {
                next = first + 1;
                RingMemory.compareAndSet(head, seen, next);
                RingMemory.put(position, next);
                return true;
            }
            from = first;
        }
        throw slots.endless();
    }

    private boolean take(long first, long word) {
        if (SlotLayout.state(word) != SlotLayout.COMMITTED) {
            return false;
        }
        long reading = SlotLayout.reading(word, number);
        if (!slots.exchange(first, word, reading)) {
            return false;
        }
        taken = first;
        takenWord = reading;
        return true;
    }

    private boolean takeGivenBack() {
        for (int race = 0; race < Slots.RACES; race++) {
            long slot = firstGivenBack();
            if (slot == Slots.NONE) {
                return false;
            }
            long word = slots.word(slot);
            if (SlotLayout.isGivenBack(word) && take(slot, word)) {
                return true;
            }
        }
        throw slots.endless();
    }

    /**
     * A slot that was given back. The deaths are counted after the slots of the dead are given back and read here before the
     * look, so that a look which finds none need not be repeated until somebody else dies; a new receiver looks once if
     * anybody ever died.
     */
    private long firstGivenBack() {
        int deaths = ring().deaths(Side.RECEIVER);
        if (deaths == deathsLooked) {
            return Slots.NONE;
        }
        if (deaths != deathsLooking) {
            deathsLooking = deaths;
            looking = 0;
        }
        for (; looking < slots.count(); looking++) {
            if (SlotLayout.isGivenBack(slots.word(looking))) {
                return looking;
            }
        }
        deathsLooked = deaths;
        return Slots.NONE;
    }

    @Override
    boolean isRedelivered() {
        return SlotLayout.isRedelivered(takenWord);
    }

    @Override
    long takeLost() {
        return 0;
    }

    @Override
    void pass() {
        RingMemory.putRelease(slots.address(taken), SlotLayout.free(SlotLayout.lap(takenWord) + 1));
        ProcessBarrier.light();
        if (RingMemory.get(sendersWaiting) != 0) {
            ring().wakeOne(Side.SENDER);
        }
    }

    /** Each slot is given back as it is passed; this is the moment of finding nothing, or of leaving. */
    @Override
    void giveRoomBack() {
        passOn();
    }

    @Override
    void afterWaiting(boolean found) {
        hasWaited = true;
        if (!found) {
            passOn();
        }
    }

    /** Wakes one more if there is a message for it; only who has slept may hold a wake-up that others wait for. */
    private void passOn() {
        if (hasWaited) {
            hasWaited = false;
            if (RingMemory.getVolatile(receiversWaiting) << 1 != 0 && hasNext()) {
                ring().wakeOne(Side.RECEIVER);
            }
        }
    }
}
