/** What the layers of all models are built from. */
@NullMarked
package dev.psyne.vlm.internal.layer;

import org.jspecify.annotations.NullMarked;
