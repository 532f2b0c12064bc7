package dev.psyne.channel.internal.ring;

/** What a topology mends after a participant died, and whether it can be forgotten. Called with every change of participants excluded. */
interface Recovery {
    /** Ends what a dead sender had begun. */
    void ofSender(Ring ring, Participant dead);

    /** Keeps what a dead receiver had not finished. */
    void ofReceiver(Ring ring, Participant dead);

    /** Whether nothing is unread. */
    boolean isDrained(Ring ring);
}
