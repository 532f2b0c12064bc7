/** The calls of one connection, whatever their messages hold. */
@NullMarked
package dev.psyne.rpc.internal.connection;

import org.jspecify.annotations.NullMarked;
