@NullMarked
package dev.psyne.image;

import org.jspecify.annotations.NullMarked;
