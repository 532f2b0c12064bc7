/** Image towers: from pixels to embeddings a language model reads. */
@NullMarked
package dev.psyne.vlm.internal.vision;

import org.jspecify.annotations.NullMarked;
