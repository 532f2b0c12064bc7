/** Speed of {@code core/memory}: the allocator beside malloc and Netty's, bulk operations beside their contenders. */
@NullMarked
package dev.psyne.bench.memory;

import org.jspecify.annotations.NullMarked;
