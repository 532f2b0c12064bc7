@NullMarked
package dev.psyne.net;

import org.jspecify.annotations.NullMarked;
