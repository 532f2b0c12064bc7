/** The engine beside llama.cpp, and against itself alone: answers a second, company, memory of what was asked. */
@NullMarked
package dev.psyne.bench.vlm;

import org.jspecify.annotations.NullMarked;
