/** Frames of psyne.v2: their bytes, messages put together from them, and the queue that takes messages apart. */
@NullMarked
package dev.psyne.rpc.internal.wire;

import org.jspecify.annotations.NullMarked;
