package dev.psyne.channel.internal.ring;

import dev.psyne.channel.Receiver;
import dev.psyne.channel.Sender;
import java.util.ArrayList;
import java.util.List;

/**
 * Who sent what and who saw what, for rings whose receivers may find nothing although something was sent: a claim before it
 * is still open. What must hold at the end: each message once, whole, and each sender's in order with each receiver.
 */
final class SentAndSeen {
    private static final int OF_A_SENDER = 1000;

    private final int messageBytes;
    private final List<Sender> senders = new ArrayList<>();
    private final List<Receiver> receivers = new ArrayList<>();
    private final int[] sent;
    private final List<List<Long>> seen = new ArrayList<>();

    SentAndSeen(Ring ring, int messageBytes, int senderCount, int receiverCount) {
        this.messageBytes = messageBytes;
        this.sent = new int[senderCount];
        for (int index = 0; index < receiverCount; index++) {
            receivers.add(Ends.receiver(ring));
            seen.add(new ArrayList<>());
        }
        for (int index = 0; index < senderCount; index++) {
            senders.add(Ends.sender(ring));
        }
    }

    void send(int sender) {
        long value = sender * OF_A_SENDER + sent[sender];
        if (Ends.trySend(senders.get(sender), messageBytes, value, value)) {
            sent[sender]++;
        }
    }

    void abort(int sender) {
        Ends.tryAbort(senders.get(sender), messageBytes);
    }

    void poll(int receiver, int limit) {
        int _ = receivers
                .get(receiver)
                .poll(
                        message -> {
                            long first = Ends.first(message);
                            seen.get(receiver).add(first == Ends.last(message) ? first : -1);
                        },
                        limit);
    }

    /** Reads the rest and looks at all. */
    void check() {
        poll(0, Integer.MAX_VALUE);
        List<Long> all = new ArrayList<>();
        for (List<Long> one : seen) {
            for (int at = 1; at < one.size(); at++) {
                requireOrder(one, at);
            }
            all.addAll(one);
        }
        List<Long> expected = new ArrayList<>();
        for (int sender = 0; sender < sent.length; sender++) {
            for (int index = 0; index < sent[sender]; index++) {
                expected.add((long) sender * OF_A_SENDER + index);
            }
        }
        all.sort(null);
        if (!all.equals(expected)) {
            throw new AssertionError("sent " + expected + ", seen " + seen);
        }
    }

    private void requireOrder(List<Long> one, int at) {
        for (int before = 0; before < at; before++) {
            if (one.get(before) / OF_A_SENDER == one.get(at) / OF_A_SENDER && one.get(before) > one.get(at)) {
                throw new AssertionError("out of order: " + one);
            }
        }
    }
}
