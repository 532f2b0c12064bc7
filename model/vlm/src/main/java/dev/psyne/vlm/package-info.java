@NullMarked
package dev.psyne.vlm;

import org.jspecify.annotations.NullMarked;
