/**
 * Calls with streamed results under the caller's credit: the protocol psyne.v1 of docs/protocol.md, server side, over
 * any carrier that keeps frames whole and in order.
 *
 * <p>MessagePack is read and written by a small codec of this package over {@code MemorySegment}: msgpack-core needs
 * {@code sun.misc.Unsafe}, which Java is taking away, and cannot read memory outside the heap. It is the peer that the
 * codec is tested against.
 */
@NullMarked
package dev.psyne.rpc;

import org.jspecify.annotations.NullMarked;
