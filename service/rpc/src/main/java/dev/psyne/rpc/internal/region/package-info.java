/** Memory that the processes of one machine share for tensors: whose it is, how the others come by it, and for how long. */
@NullMarked
package dev.psyne.rpc.internal.region;

import org.jspecify.annotations.NullMarked;
