/** The area {@code fiber}: jobs, loops and waits beside the JDK's own pools. */
@NullMarked
package dev.psyne.bench.fiber;

import org.jspecify.annotations.NullMarked;
