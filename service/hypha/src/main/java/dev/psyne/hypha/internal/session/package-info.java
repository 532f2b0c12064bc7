/** One connected client: its handshake, what waits for it, and how it is ended. */
@NullMarked
package dev.psyne.hypha.internal.session;

import org.jspecify.annotations.NullMarked;
