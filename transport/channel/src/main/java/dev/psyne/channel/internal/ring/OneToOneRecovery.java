package dev.psyne.channel.internal.ring;

/** A dead sender's open claim was never visible; a dead receiver's progress says what may come again. */
final class OneToOneRecovery implements Recovery {
    @Override
    public void ofSender(Ring ring, Participant dead) {}

    @Override
    public void ofReceiver(Ring ring, Participant dead) {
        keepProgress(ring, dead);
    }

    @Override
    public boolean isDrained(Ring ring) {
        long place = RingMemory.getAcquire(ring.address() + RingLayout.HEAD_AT)
                & (ring.shape().capacity() - 1);
        return RingMemory.getAcquire(ring.dataAddress() + place) == RecordLayout.NOTHING;
    }

    /** What the dead receiver had begun up to its progress and not given back comes again, flagged. */
    static void keepProgress(Ring ring, Participant dead) {
        long until = ring.address() + RingLayout.REDELIVER_UNTIL_AT;
        RingMemory.putRelease(until, Math.max(RingMemory.getAcquire(until), dead.position()));
    }
}
