package dev.psyne.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a node is started.
 *
 * @param host name or address to bind; anything but loopback needs a token and TLS
 * @param port TCP port, 0 for one that is free
 * @param token bearer token callers must show, if any
 * @param certificate PEM certificate chain, given together with {@code key}
 * @param key PEM private key
 * @param insecure accept a bind to other machines without token and TLS
 * @param models those that are served; the first is asked where none is named
 * @param memory for the models
 * @param workers threads of the scheduler
 * @param limits what it takes on at once
 * @param taught directory for what models are taught; without it they cannot be
 */
record NodeOptions(
        String host,
        int port,
        Optional<String> token,
        Optional<Path> certificate,
        Optional<Path> key,
        boolean insecure,
        List<ModelSource> models,
        ModelMemory memory,
        int workers,
        NodeLimits limits,
        Optional<Path> taught) {

    static final String DEFAULT_HOST = "127.0.0.1";
    static final int DEFAULT_PORT = 7717;

    /** Most threads of a scheduler. */
    static final int MAX_WORKERS = 1024;

    /** A node whose models cannot be taught. */
    NodeOptions(
            String host,
            int port,
            Optional<String> token,
            Optional<Path> certificate,
            Optional<Path> key,
            boolean insecure,
            List<ModelSource> models,
            ModelMemory memory,
            int workers,
            NodeLimits limits) {
        this(host, port, token, certificate, key, insecure, models, memory, workers, limits, Optional.empty());
    }

    NodeOptions {
        models = List.copyOf(models);
        if (workers < 1 || workers > MAX_WORKERS) {
            throw new IllegalArgumentException("--threads is to be 1 to " + MAX_WORKERS + ", not " + workers);
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "--port " + port + " is not a TCP port; give one from 0 (any free) to 65535");
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("--certificate and --key go together; one of them is missing");
        }
    }
}
