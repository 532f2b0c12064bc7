/** A client's connections to nodes that serve the same: which one a call takes, and what becomes of it when that is lost. */
@NullMarked
package dev.psyne.rpc.internal.pool;

import org.jspecify.annotations.NullMarked;
