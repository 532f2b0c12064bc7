package dev.psyne.channel.internal.ring;

import static dev.psyne.channel.internal.ring.RecordLayout.ABORTED;
import static dev.psyne.channel.internal.ring.RecordLayout.IN_PROGRESS;

/** Finishes what a dead sender did to the tail, and turns the claim it left open into one that is passed over. */
final class ManyToOneRecovery implements Recovery {
    @Override
    public void ofSender(Ring ring, Participant dead) {
        SharedTail tail = new SharedTail(ring);
        int number = dead.index() + 1;
        long seen = tail.get();
        if (SharedTail.owner(seen) == number) {
            tail.help(seen);
        }
        long start = RingMemory.getAcquire(dead.address() + RingLayout.CLAIM_INTENT);
        long bytes = RingMemory.getAcquire(dead.address() + RingLayout.CLAIM_INTENT_BYTES);
        boolean isClaim = bytes > 0 && start % RecordLayout.ALIGNMENT == 0;
        if (isClaim && start >= ring.head() && start < SharedTail.position(tail.get())) {
            RingMemory.compareAndSet(
                    tail.headerAddress(start),
                    tail.header(IN_PROGRESS, bytes, number, start),
                    tail.header(ABORTED, bytes, number, start));
        }
    }

    @Override
    public void ofReceiver(Ring ring, Participant dead) {
        OneToOneRecovery.keepProgress(ring, dead);
    }

    @Override
    public boolean isDrained(Ring ring) {
        long tail = SharedTail.position(new SharedTail(ring).get());
        return tail == ring.head();
    }
}
