/** Language models: from embeddings of tokens to logits of the next. */
@NullMarked
package dev.psyne.vlm.internal.language;

import org.jspecify.annotations.NullMarked;
