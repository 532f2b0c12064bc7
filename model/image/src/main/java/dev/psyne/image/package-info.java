/**
 * Pictures for models: PNG, JPEG and WebP files to upright RGB8 pictures, and from there to resized, letterboxed and
 * normalised F32 planes. Files are hostile until decoded: size and dimensions are checked from the header first.
 */
@NullMarked
package dev.psyne.image;

import org.jspecify.annotations.NullMarked;
