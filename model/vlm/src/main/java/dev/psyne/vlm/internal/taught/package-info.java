/** What a model is taught from a few pictures: prototypes over the features by which it names things. */
@NullMarked
package dev.psyne.vlm.internal.taught;

import org.jspecify.annotations.NullMarked;
