/**
 * One question about several pictures, put together from a model's answers about one: what a question asks for, which
 * questions that takes of which pictures, and what their answers say together.
 */
@NullMarked
package dev.psyne.vlm.internal.comparison;

import org.jspecify.annotations.NullMarked;
