/**
 * The protocol of hypha-rpc, server and client: unmodified clients of Python and JavaScript connect over one
 * WebSocket, register services in workspaces and call each other through the router, which reads the first MessagePack
 * object of a frame and forwards the rest untouched.
 */
@NullMarked
package dev.psyne.hypha;

import org.jspecify.annotations.NullMarked;
