/** Speed of {@code core/tensor}: products of matrices and of single rows beside the libraries that do the same. */
@NullMarked
package dev.psyne.bench.tensor;

import org.jspecify.annotations.NullMarked;
