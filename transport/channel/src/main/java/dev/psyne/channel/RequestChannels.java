package dev.psyne.channel;

import java.util.Set;

/**
 * The channels behind the address of a replier:
 *
 * <pre>
 *   NAME.requests   many to one: from all requesters to the replier. The replier has a sender there too, so that there is
 *                   no end when the last requester leaves
 *   NAME.replier    a broadcast in which nothing is ever sent: the replier is its sender, and so all requesters learn that
 *                   it left or died, whatever they wait for
 *   NAME.reply-N    one to one: to requester number N, which has taken the first number that was free
 * </pre>
 */
record RequestChannels(Channels channels, String uri, ChannelOptions options) {
    private static final int PRESENCE_BYTES = 1024;

    RequestChannels {
        options.requireFor("request and reply", Set.of(Topology.MANY_TO_ONE));
        if (options.maxSenders() == ChannelOptions.MAX_PARTICIPANTS) {
            throw new IllegalArgumentException("maxSenders is " + options.maxSenders() + "; there may be up to "
                    + (ChannelOptions.MAX_PARTICIPANTS - 1) + " requesters");
        }
    }

    /** The most requesters at a time. */
    int most() {
        return options.maxSenders();
    }

    private String requestsUri() {
        return uri + ".requests";
    }

    private ChannelOptions requestOptions() {
        return options.withParticipants(most() + 1, 1);
    }

    Sender requestSender() {
        return channels.sender(requestsUri(), requestOptions());
    }

    Receiver requestReceiver() {
        return channels.receiver(requestsUri(), requestOptions());
    }

    private String presenceUri() {
        return uri + ".replier";
    }

    private ChannelOptions presenceOptions() {
        return ChannelOptions.of(Topology.BROADCAST)
                .withCapacityBytes(PRESENCE_BYTES)
                .withParticipants(1, most());
    }

    Sender presenceSender() {
        return channels.sender(presenceUri(), presenceOptions());
    }

    Receiver presenceReceiver() {
        return channels.receiver(presenceUri(), presenceOptions());
    }

    private String replyUri(int number) {
        return uri + ".reply-" + number;
    }

    private ChannelOptions replyOptions() {
        return ChannelOptions.standard()
                .withCapacityBytes(options.capacityBytes())
                .withWindow(options.window());
    }

    Sender replySender(int number) {
        return channels.sender(replyUri(number), replyOptions());
    }

    Receiver replyReceiver(int number) {
        return channels.receiver(replyUri(number), replyOptions());
    }
}
