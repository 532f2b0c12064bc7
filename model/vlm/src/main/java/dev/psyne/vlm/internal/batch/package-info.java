/** Continuous batching: requests join and leave between the steps of a decoder, and share what begins alike. */
@NullMarked
package dev.psyne.vlm.internal.batch;

import org.jspecify.annotations.NullMarked;
