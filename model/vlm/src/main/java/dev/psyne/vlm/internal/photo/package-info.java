/** The photo tower: things of known kinds found in a photograph, by a pretrained detector. */
@NullMarked
package dev.psyne.vlm.internal.photo;

import org.jspecify.annotations.NullMarked;
