/** Calls over frames: sessions, promises, callbacks, generators, and messages in pieces. */
@NullMarked
package dev.psyne.hypha.internal.call;

import org.jspecify.annotations.NullMarked;
