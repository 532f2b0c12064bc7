/** Addresses, and the way of a frame from one to another. */
@NullMarked
package dev.psyne.hypha.internal.router;

import org.jspecify.annotations.NullMarked;
