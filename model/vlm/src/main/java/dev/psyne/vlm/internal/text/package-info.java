/** Text to tokens and back, and conversations to text. */
@NullMarked
package dev.psyne.vlm.internal.text;

import org.jspecify.annotations.NullMarked;
