/** hypha's services over HTTP: calls, lists, OpenAPI and MCP documents, and the streaming transport. */
@NullMarked
package dev.psyne.hypha.internal.http;

import org.jspecify.annotations.NullMarked;
