package dev.psyne.node;

import dev.psyne.image.ImageLimits;
import dev.psyne.net.HttpLimits;

/**
 * What a node takes on at once.
 *
 * @param budgetBytes bodies and decoded pictures held at once
 * @param generations answers on their way at once, at most as many as a model computes together
 * @param queuedGenerations questions that wait for their turn
 * @param pictures what one picture may cost
 * @param http what one request may cost
 */
record NodeLimits(long budgetBytes, int generations, int queuedGenerations, ImageLimits pictures, HttpLimits http) {
    private static final int MEBIBYTE = 1 << 20;

    private static final long STANDARD_BUDGET_BYTES = 96L * MEBIBYTE;
    private static final int STANDARD_GENERATIONS = 32;
    private static final int QUEUED_GENERATIONS = 256;

    /** Most of them hypha's clients, which are idle for most of the time. */
    private static final int CONNECTIONS = 20_480;

    private static final long SMALL_BUDGET_BYTES = 24L * MEBIBYTE;
    private static final long SMALL_BODY_BYTES = 4L * MEBIBYTE;
    private static final ImageLimits SMALL_PICTURES = new ImageLimits(2_000_000, 2_000_000, 8192);

    /** What is usual. */
    static NodeLimits standard() {
        return new NodeLimits(
                STANDARD_BUDGET_BYTES,
                STANDARD_GENERATIONS,
                QUEUED_GENERATIONS,
                ImageLimits.standard(),
                HttpLimits.standard().withMaxConnections(CONNECTIONS));
    }

    /** One question at a time, about pictures of up to 2 megapixels in files of up to 2 MB. */
    static NodeLimits small() {
        return new NodeLimits(
                SMALL_BUDGET_BYTES,
                1,
                QUEUED_GENERATIONS,
                SMALL_PICTURES,
                HttpLimits.standard().withMaxBodyBytes(SMALL_BODY_BYTES).withMaxFrameBytes((int) SMALL_BODY_BYTES));
    }
}
