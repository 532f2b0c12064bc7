@NullMarked
package dev.psyne.bench;

import org.jspecify.annotations.NullMarked;
