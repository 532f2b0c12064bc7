/**
 * Records as bytes: the layout of docs/schema.md, a writer and a reader that check it, codecs made from a definition and the
 * Java class that holds its values, and the same records as MessagePack for peers without schemas.
 */
@NullMarked
package dev.psyne.rpc.internal.codec;

import org.jspecify.annotations.NullMarked;
