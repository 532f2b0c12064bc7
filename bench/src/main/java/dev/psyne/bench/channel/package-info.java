/** The bench area {@code channel}: our rings beside those of others, each contender in processes of its own. */
@NullMarked
package dev.psyne.bench.channel;

import org.jspecify.annotations.NullMarked;
