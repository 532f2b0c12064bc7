package dev.psyne.hypha;

/**
 * A server at one moment.
 *
 * @param clients connected
 * @param workspaces with somebody in them
 * @param services registered
 * @param frames routed since the start
 * @param calls frames among them that call a method and wait for the answer
 * @param bytes of those frames
 * @param refusals frames among them that could not be delivered
 * @param waitingBytes that wait for clients that read slowly
 */
public record HyphaStatistics(
        int clients,
        int workspaces,
        long services,
        long frames,
        long calls,
        long bytes,
        long refusals,
        long waitingBytes) {}
