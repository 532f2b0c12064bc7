package dev.psyne.channel.internal.ring;

/** The two sides of a ring. */
public enum Side {
    /** Those who write. */
    SENDER,
    /** Those who read. */
    RECEIVER;

    Side other() {
        return this == SENDER ? RECEIVER : SENDER;
    }

    String word() {
        return this == SENDER ? "sender" : "receiver";
    }
}
