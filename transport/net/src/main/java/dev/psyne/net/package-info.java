/**
 * HTTP/1.1, server-sent events and WebSocket on one port. {@link dev.psyne.net.HttpServer} is where to start; handlers run
 * as jobs on the scheduler and every limit of {@link dev.psyne.net.HttpLimits} is checked before memory is taken.
 */
@NullMarked
package dev.psyne.net;

import org.jspecify.annotations.NullMarked;
