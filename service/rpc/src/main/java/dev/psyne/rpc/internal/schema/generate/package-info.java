/** What schemas are in Java, Python and TypeScript, written as source files. */
@NullMarked
package dev.psyne.rpc.internal.schema.generate;

import org.jspecify.annotations.NullMarked;
