/** What carries the frames of a connection: sockets of byte streams, and whatever hands over whole frames. */
@NullMarked
package dev.psyne.rpc.internal.carrier;

import org.jspecify.annotations.NullMarked;
