/** Tokens and the rights they carry. */
@NullMarked
package dev.psyne.hypha.internal.identity;

import org.jspecify.annotations.NullMarked;
