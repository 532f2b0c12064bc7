package dev.psyne.channel.internal.ring;

import dev.psyne.channel.Policy;
import dev.psyne.platform.ProcessBarrier;

/**
 * One of the senders of a ring of slots. The ring is full while the slot at the tail is in use, whatever stands behind it: a
 * receiver that takes long over one message holds the senders up once the tail comes round to its slot, and not before.
 */
final class SlotSender extends RingSender {
    /** The fill is looked at this often a lap. */
    private static final int LOOKS = 8;

    private final Slots slots;
    private final int number;
    private final long tail;
    private final long sendersWaiting;
    private final long position;
    private final long lookEvery;
    private long next;
    private long claimed;

    SlotSender(Ring ring, Policy policy, EndMeters meters) {
        super(ring, policy, meters, ring.shape().slotBytes());
        this.slots = new Slots(ring);
        this.number = participant().index() + 1;
        this.tail = ring.address() + RingLayout.TAIL_AT;
        this.sendersWaiting = ring.waitingAddress(Side.SENDER);
        this.position = participant().address() + RingLayout.POSITION;
        this.lookEvery = Math.max(1, slots.count() / LOOKS);
    }

    @Override
    void open() {
        next = slots.hint(RingLayout.TAIL_AT);
        RingMemory.put(position, next);
    }

    @Override
    boolean tryClaim(int bytes) {
        enter();
        try {
            boolean found = tryClaimSlot();
            if (found) {
                claimed(bytes);
            }
            return found;
        } finally {
            exit();
        }
    }

    private boolean tryClaimSlot() {
        long seen = slots.hint(RingLayout.TAIL_AT);
        long from = Math.max(seen, next);
        for (int race = 0; race < Slots.RACES; race++) {
            long free = slots.firstFree(from);
            if (free == Slots.NONE) {
                fill(slots.bytes(slots.count()));
                return false;
            }
            long lap = slots.lap(free);
            if (slots.exchange(free, SlotLayout.free(lap), SlotLayout.writing(lap, number))) {
                claimed = free;
                next = free + 1;
                RingMemory.compareAndSet(tail, seen, next);
                if (next % lookEvery == 0) {
                    fill(slots.bytes(next - slots.hint(RingLayout.HEAD_AT)));
                    writeFigures();
                }
                return true;
            }
            from = free;
        }
        throw slots.endless();
    }

    @Override
    long claimedPlace() {
        return slots.place(claimed) + SlotLayout.HEADER_BYTES;
    }

    @Override
    void publish(int bytes) {
        long slot = slots.address(claimed);
        RingMemory.put(slot + SlotLayout.LENGTH_AT, bytes);
        RingMemory.putRelease(slot, SlotLayout.committed(slots.lap(claimed)));
        RingMemory.put(position, next);
    }

    /** Others may have claimed and committed behind it: what was held up goes on. */
    @Override
    void giveBack() {
        RingMemory.putRelease(slots.address(claimed), SlotLayout.free(slots.lap(claimed) + 1));
        ProcessBarrier.light();
        ring().wakeAll(Side.RECEIVER);
        ring().wakeAll(Side.SENDER);
    }

    @Override
    void wakeReceivers() {
        ring().wakeOne(Side.RECEIVER);
    }

    /**
     * A freed slot wakes one sender. It may have been meant for another: slots are freed in any order, and the one that
     * makes room wakes only one for all those behind it; or this one gives up. So whoever has waited looks, now that it
     * sleeps no more, and hands on what it does not use.
     */
    @Override
    void afterWaiting(boolean found) {
        if (RingMemory.getVolatile(sendersWaiting) != 0
                && slots.firstFree(Math.max(next, slots.hint(RingLayout.TAIL_AT))) != Slots.NONE) {
            ring().wakeOne(Side.SENDER);
        }
    }
}
