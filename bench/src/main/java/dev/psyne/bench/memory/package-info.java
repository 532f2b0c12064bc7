/** The area {@code memory}: regions, each with and without what is said to make it faster. */
@org.jspecify.annotations.NullMarked
package dev.psyne.bench.memory;
