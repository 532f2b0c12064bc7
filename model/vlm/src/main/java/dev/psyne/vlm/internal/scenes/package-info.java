/** The embedded model: a picture, a short question, a few words. */
@NullMarked
package dev.psyne.vlm.internal.scenes;

import org.jspecify.annotations.NullMarked;
