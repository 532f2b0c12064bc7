/** The client's connection to a server. */
@NullMarked
package dev.psyne.hypha.internal.client;

import org.jspecify.annotations.NullMarked;
