/** What is counted of calls. */
@NullMarked
package dev.psyne.rpc.internal.meter;

import org.jspecify.annotations.NullMarked;
