package dev.psyne.channel.internal.ring;

/** Frees the slot a dead sender was writing, and gives the message a dead receiver was reading to the others, flagged. */
final class SlotRecovery implements Recovery {
    @Override
    public void ofSender(Ring ring, Participant dead) {
        Slots slots = new Slots(ring);
        for (long slot = 0; slot < slots.count(); slot++) {
            long word = slots.word(slot);
            if (isOf(dead, word, SlotLayout.WRITING)) {
                slots.exchange(slot, word, SlotLayout.free(SlotLayout.lap(word) + 1));
            }
        }
    }

    @Override
    public void ofReceiver(Ring ring, Participant dead) {
        Slots slots = new Slots(ring);
        for (long slot = 0; slot < slots.count(); slot++) {
            long word = slots.word(slot);
            if (isOf(dead, word, SlotLayout.READING)) {
                slots.exchange(slot, word, SlotLayout.givenBack(word));
            }
        }
    }

    private static boolean isOf(Participant dead, long word, int state) {
        return SlotLayout.state(word) == state && SlotLayout.owner(word) == dead.index() + 1;
    }

    /** What is being read counts as unread: its receiver may die over it. */
    @Override
    public boolean isDrained(Ring ring) {
        Slots slots = new Slots(ring);
        for (long slot = 0; slot < slots.count(); slot++) {
            int state = SlotLayout.state(slots.word(slot));
            if (state == SlotLayout.COMMITTED || state == SlotLayout.READING) {
                return false;
            }
        }
        return true;
    }
}
