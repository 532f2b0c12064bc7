/** Hypha's clients through the node and through the server they know, and what a connected client and a routed call cost. */
@NullMarked
package dev.psyne.bench.hypha;

import org.jspecify.annotations.NullMarked;
