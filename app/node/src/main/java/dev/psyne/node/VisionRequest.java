package dev.psyne.node;

import dev.psyne.vlm.Sampling;
import java.lang.foreign.MemorySegment;

/**
 * One question about one picture.
 *
 * @param image the picture's file as it came; read until the answer is there
 * @param question the question
 * @param sampling how tokens are chosen
 */
record VisionRequest(MemorySegment image, String question, Sampling sampling) {}
