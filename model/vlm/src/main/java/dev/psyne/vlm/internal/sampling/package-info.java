/** How tokens are chosen from logits, and when an answer ends. */
@NullMarked
package dev.psyne.vlm.internal.sampling;

import org.jspecify.annotations.NullMarked;
