/** Models that talk: a template, a tokenizer, a decoder, and eyes where they have some. */
@NullMarked
package dev.psyne.vlm.internal.chat;

import org.jspecify.annotations.NullMarked;
