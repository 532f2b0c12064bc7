package dev.psyne.node;

import java.util.Map;

/**
 * A node at one moment.
 *
 * @param workers threads of its scheduler
 * @param jobs run since the start
 * @param queued jobs that wait for a worker
 * @param waiting fibers that are parked
 * @param steals jobs taken from another worker
 * @param clients of hypha that are connected
 * @param channels that move tokens
 * @param messages of all channels since the start
 * @param tokens chosen since the start
 * @param batch answers that are computed together
 * @param asked questions that wait
 * @param pages of keys and values in use
 * @param pagesMost as many as there may be
 * @param promptTokens of questions computed since the start
 * @param cachedTokens known from earlier questions
 * @param models the state of each, by name
 * @param loading percent of those that are being read
 * @param residentBytes of the process
 * @param uptimeMs since the start
 */
record NodeState(
        long workers,
        long jobs,
        long queued,
        long waiting,
        long steals,
        long clients,
        long channels,
        long messages,
        long tokens,
        long batch,
        long asked,
        long pages,
        long pagesMost,
        long promptTokens,
        long cachedTokens,
        Map<String, String> models,
        Map<String, Long> loading,
        long residentBytes,
        long uptimeMs) {}
