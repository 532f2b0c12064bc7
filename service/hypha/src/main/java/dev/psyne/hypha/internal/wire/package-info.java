/** Frames of hypha-rpc and the values in them. */
@NullMarked
package dev.psyne.hypha.internal.wire;

import org.jspecify.annotations.NullMarked;
