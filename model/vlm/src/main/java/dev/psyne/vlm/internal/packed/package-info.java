/** Models packed for the kernels, kept in files that are mapped. */
@NullMarked
package dev.psyne.vlm.internal.packed;

import org.jspecify.annotations.NullMarked;
