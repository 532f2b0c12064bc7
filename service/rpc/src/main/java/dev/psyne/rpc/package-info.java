@NullMarked
package dev.psyne.rpc;

import org.jspecify.annotations.NullMarked;
