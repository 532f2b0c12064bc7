package dev.psyne.hypha;

/**
 * What clients may ask of a server; generous, so that a host changes one when it knows why. The largest message that the
 * server reads from a client is {@code maxFrameBytes} of the HTTP server it is attached to.
 *
 * <pre>{@code
 * HyphaLimits limits = HyphaLimits.builder().clients(100).servicesPerClient(10).build();
 * }</pre>
 *
 * @param clients connected at once
 * @param handshakeSeconds from the opening of a WebSocket to the client's first message
 * @param idleSeconds without a message from a client, after which its connection is closed
 * @param clientFrameBytes largest frame that is sent to a client, at least {@link #MIN_FRAME_BYTES}; unmodified Python
 *     clients cannot read more than the 500 000 there are, and with less than 300 000 their pieces of long messages no
 *     longer reach each other
 * @param pauseBytes waiting for one client, from which on nothing more is read from it
 * @param outboxBytes waiting for one client, beyond which it is closed
 * @param allOutboxBytes waiting for all clients, beyond which the one with the most is closed
 * @param stallSeconds a paused client may take to read something before it is closed
 * @param servicesPerClient registered at once
 * @param serviceBytes the largest description of a service
 * @param subscriptionsPerClient event types a client listens to
 * @param callsPerClient calls of one client that run at once in one client of this process, such as the manager
 * @param allCalls the same of all clients
 * @param messagesPerClient messages in pieces that one client has begun and not finished, at one client of this process
 * @param messageBytes the largest message in pieces that a client of this process takes or sends
 * @param allMessageBytes messages in pieces of all clients that are not finished, at one client of this process
 * @param workspacesPerUser made by one user
 * @param httpCalls requests at once that may wait for services
 */
public record HyphaLimits(
        int clients,
        int handshakeSeconds,
        int idleSeconds,
        int clientFrameBytes,
        int pauseBytes,
        int outboxBytes,
        long allOutboxBytes,
        int stallSeconds,
        int servicesPerClient,
        int serviceBytes,
        int subscriptionsPerClient,
        int callsPerClient,
        int allCalls,
        int messagesPerClient,
        int messageBytes,
        long allMessageBytes,
        int workspacesPerUser,
        int httpCalls) {
    /** The least that a frame to a client may have: addresses, the sender's name and rights, and some payload. */
    public static final int MIN_FRAME_BYTES = 8 << 10;

    /** Checks each limit by itself, and that no part is larger than its whole. */
    public HyphaLimits {
        requireAtLeast(1, "clients", clients);
        requireAtLeast(1, "handshakeSeconds", handshakeSeconds);
        requireAtLeast(1, "idleSeconds", idleSeconds);
        requireAtLeast(MIN_FRAME_BYTES, "clientFrameBytes", clientFrameBytes);
        requireAtLeast(1, "pauseBytes", pauseBytes);
        requireAtLeast(1, "stallSeconds", stallSeconds);
        requireAtLeast(1, "servicesPerClient", servicesPerClient);
        requireAtLeast(1, "serviceBytes", serviceBytes);
        requireAtLeast(1, "subscriptionsPerClient", subscriptionsPerClient);
        requireAtLeast(1, "callsPerClient", callsPerClient);
        requireAtLeast(1, "messagesPerClient", messagesPerClient);
        requireAtLeast(clientFrameBytes, "messageBytes, no less than clientFrameBytes,", messageBytes);
        requireAtLeast(1, "workspacesPerUser", workspacesPerUser);
        requireAtLeast(1, "httpCalls", httpCalls);
        if (pauseBytes > outboxBytes || outboxBytes > allOutboxBytes) {
            throw new IllegalArgumentException("pauseBytes " + pauseBytes + ", outboxBytes " + outboxBytes
                    + " and allOutboxBytes " + allOutboxBytes + " must not decrease");
        }
        if (callsPerClient > allCalls || messageBytes > allMessageBytes) {
            throw new IllegalArgumentException("callsPerClient " + callsPerClient + " must not exceed allCalls "
                    + allCalls + ", nor messageBytes " + messageBytes + " allMessageBytes " + allMessageBytes);
        }
    }

    /** 20 000 clients; 32 MiB may wait for one of them, 256 MiB for all; half of all calls may be of one. */
    public static HyphaLimits standard() {
        return builder().build();
    }

    /** The standard limits, to change some. */
    public static Builder builder() {
        return new Builder();
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }

    /** Gathers limits; each is the standard one until it is said. The values are checked when they are built. */
    public static final class Builder {
        private static final int MEBIBYTE = 1 << 20;

        private int clients = 20_000;
        private int handshakeSeconds = 5;
        private int idleSeconds = 600;
        private int clientFrameBytes = 500_000;
        private int pauseBytes = 8 * MEBIBYTE;
        private int outboxBytes = 32 * MEBIBYTE;
        private long allOutboxBytes = 256L * MEBIBYTE;
        private int stallSeconds = 20;
        private int servicesPerClient = 1_000;
        private int serviceBytes = 256 << 10;
        private int subscriptionsPerClient = 256;
        private int callsPerClient = 5_000;
        private int allCalls = 10_000;
        private int messagesPerClient = 64;
        private int messageBytes = 256 * MEBIBYTE;
        private long allMessageBytes = 512L * MEBIBYTE;
        private int workspacesPerUser = 100;
        private int httpCalls = 1_024;

        private Builder() {}

        /** {@link HyphaLimits#clients}. */
        public Builder clients(int count) {
            clients = count;
            return this;
        }

        /** {@link HyphaLimits#handshakeSeconds}. */
        public Builder handshakeSeconds(int seconds) {
            handshakeSeconds = seconds;
            return this;
        }

        /** {@link HyphaLimits#idleSeconds}. */
        public Builder idleSeconds(int seconds) {
            idleSeconds = seconds;
            return this;
        }

        /** {@link HyphaLimits#clientFrameBytes}. */
        public Builder clientFrameBytes(int bytes) {
            clientFrameBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#pauseBytes}. */
        public Builder pauseBytes(int bytes) {
            pauseBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#outboxBytes}. */
        public Builder outboxBytes(int bytes) {
            outboxBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#allOutboxBytes}. */
        public Builder allOutboxBytes(long bytes) {
            allOutboxBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#stallSeconds}. */
        public Builder stallSeconds(int seconds) {
            stallSeconds = seconds;
            return this;
        }

        /** {@link HyphaLimits#servicesPerClient}. */
        public Builder servicesPerClient(int count) {
            servicesPerClient = count;
            return this;
        }

        /** {@link HyphaLimits#serviceBytes}. */
        public Builder serviceBytes(int bytes) {
            serviceBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#subscriptionsPerClient}. */
        public Builder subscriptionsPerClient(int count) {
            subscriptionsPerClient = count;
            return this;
        }

        /** {@link HyphaLimits#callsPerClient}. */
        public Builder callsPerClient(int count) {
            callsPerClient = count;
            return this;
        }

        /** {@link HyphaLimits#allCalls}. */
        public Builder allCalls(int count) {
            allCalls = count;
            return this;
        }

        /** {@link HyphaLimits#messagesPerClient}. */
        public Builder messagesPerClient(int count) {
            messagesPerClient = count;
            return this;
        }

        /** {@link HyphaLimits#messageBytes}. */
        public Builder messageBytes(int bytes) {
            messageBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#allMessageBytes}. */
        public Builder allMessageBytes(long bytes) {
            allMessageBytes = bytes;
            return this;
        }

        /** {@link HyphaLimits#workspacesPerUser}. */
        public Builder workspacesPerUser(int count) {
            workspacesPerUser = count;
            return this;
        }

        /** {@link HyphaLimits#httpCalls}. */
        public Builder httpCalls(int count) {
            httpCalls = count;
            return this;
        }

        /**
         * A limit by its name, as an operator gives it.
         *
         * @throws IllegalArgumentException if there is none of this name, or the value is larger than it may be
         */
        public Builder set(String name, long value) {
            return switch (name) {
                case "clients" -> clients(count(name, value));
                case "handshakeSeconds" -> handshakeSeconds(count(name, value));
                case "idleSeconds" -> idleSeconds(count(name, value));
                case "clientFrameBytes" -> clientFrameBytes(count(name, value));
                case "pauseBytes" -> pauseBytes(count(name, value));
                case "outboxBytes" -> outboxBytes(count(name, value));
                case "allOutboxBytes" -> allOutboxBytes(value);
                case "stallSeconds" -> stallSeconds(count(name, value));
                case "servicesPerClient" -> servicesPerClient(count(name, value));
                case "serviceBytes" -> serviceBytes(count(name, value));
                case "subscriptionsPerClient" -> subscriptionsPerClient(count(name, value));
                case "callsPerClient" -> callsPerClient(count(name, value));
                case "allCalls" -> allCalls(count(name, value));
                case "messagesPerClient" -> messagesPerClient(count(name, value));
                case "messageBytes" -> messageBytes(count(name, value));
                case "allMessageBytes" -> allMessageBytes(value);
                case "workspacesPerUser" -> workspacesPerUser(count(name, value));
                case "httpCalls" -> httpCalls(count(name, value));
                default ->
                    throw new IllegalArgumentException(
                            "there is no limit '" + name + "'; docs/hypha.md has their names");
            };
        }

        private static int count(String name, long value) {
            if (value > Integer.MAX_VALUE || value < 0) {
                throw new IllegalArgumentException(name + " must be 0 to " + Integer.MAX_VALUE + ": " + value);
            }
            return (int) value;
        }

        /**
         * The limits.
         *
         * @throws IllegalArgumentException if one is too small, or a part larger than its whole; the message names both
         */
        public HyphaLimits build() {
            return new HyphaLimits(
                    clients,
                    handshakeSeconds,
                    idleSeconds,
                    clientFrameBytes,
                    pauseBytes,
                    outboxBytes,
                    allOutboxBytes,
                    stallSeconds,
                    servicesPerClient,
                    serviceBytes,
                    subscriptionsPerClient,
                    callsPerClient,
                    allCalls,
                    messagesPerClient,
                    messageBytes,
                    allMessageBytes,
                    workspacesPerUser,
                    httpCalls);
        }
    }
}
