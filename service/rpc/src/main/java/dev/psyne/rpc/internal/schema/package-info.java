/** What a schema says: its definitions, their language, fingerprints and evolution. */
@NullMarked
package dev.psyne.rpc.internal.schema;

import org.jspecify.annotations.NullMarked;
