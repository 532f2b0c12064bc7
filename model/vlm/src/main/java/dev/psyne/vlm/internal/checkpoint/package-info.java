/** Files of models: JSON with checked keys, tensors by name in mapped files. */
@NullMarked
package dev.psyne.vlm.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
