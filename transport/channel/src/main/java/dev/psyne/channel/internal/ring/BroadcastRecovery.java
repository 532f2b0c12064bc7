package dev.psyne.channel.internal.ring;

/** Nothing is mended: a claim that was open was never visible, and a receiver's place in the stream is gone with it. */
final class BroadcastRecovery implements Recovery {
    @Override
    public void ofSender(Ring ring, Participant dead) {}

    @Override
    public void ofReceiver(Ring ring, Participant dead) {}

    /** Who joins later starts at the newest end: without a receiver nothing is left to be read. */
    @Override
    public boolean isDrained(Ring ring) {
        return true;
    }
}
