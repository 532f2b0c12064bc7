package dev.psyne.hypha.internal.router;

import dev.psyne.hypha.User;
import dev.psyne.rpc.MessagePackLimits;
import dev.psyne.rpc.MessagePackWriter;

/**
 * The fields that the router writes, in MessagePack, made once for each participant.
 *
 * @param sender {@code ws}, {@code from} and {@code user} of frames that come from it: three entries of a map
 * @param receiver {@code to} of frames that go to it: one entry
 */
public record TrustedFields(byte[] sender, byte[] receiver) {
    static final int SENDER_ENTRIES = 3;
    static final int RECEIVER_ENTRIES = 1;

    private static final int MAX_BYTES = 64 << 10;

    /**
     * The fields of one participant.
     *
     * @throws IllegalArgumentException if the user's map is longer than 64 KiB
     */
    public static TrustedFields of(Address address, User user) {
        return new TrustedFields(sender(address, address.workspace(), user), receiver(address));
    }

    /** What {@code address} sends on behalf of a workspace. */
    static byte[] sender(Address address, String workspace, User user) {
        return writer().value("ws")
                .value(workspace)
                .value("from")
                .value(address.toString())
                .value("user")
                .value(user.toMap())
                .toFrame();
    }

    static byte[] receiver(Address address) {
        return writer().value("to").value(address.toString()).toFrame();
    }

    private static MessagePackWriter writer() {
        return new MessagePackWriter(MAX_BYTES, MessagePackLimits.MAX_DEPTH);
    }
}
