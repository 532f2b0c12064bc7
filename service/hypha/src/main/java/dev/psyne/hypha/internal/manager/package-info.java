/** The server's own services and the registry behind them. */
@NullMarked
package dev.psyne.hypha.internal.manager;

import org.jspecify.annotations.NullMarked;
