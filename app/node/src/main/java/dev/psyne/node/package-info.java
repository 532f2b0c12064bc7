@NullMarked
package dev.psyne.node;

import org.jspecify.annotations.NullMarked;
