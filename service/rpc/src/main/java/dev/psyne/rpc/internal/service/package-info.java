/** Java interfaces as services: their methods' codecs, their calls, the jobs that answer them, and who offers what. */
@NullMarked
package dev.psyne.rpc.internal.service;

import org.jspecify.annotations.NullMarked;
