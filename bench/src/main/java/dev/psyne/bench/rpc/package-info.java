/** The area {@code rpc}: codecs beside others'. */
@NullMarked
package dev.psyne.bench.rpc;

import org.jspecify.annotations.NullMarked;
