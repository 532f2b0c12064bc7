package dev.psyne.fiber;

import dev.psyne.platform.CpuSet;
import java.util.Optional;

/**
 * Where a worker was to run and where it does.
 *
 * @param worker its number, from 0
 * @param wanted the CPU that the {@link Placement} gives it; none if it is free
 * @param got what its thread was pinned to when it began; empty if it has not begun, is free, or could not be pinned
 * @param failure why it could not be pinned although its scheduler could be built, as when its CPU went offline since
 */
public record WorkerPlacement(int worker, CpuSet wanted, Optional<CpuSet> got, Optional<String> failure) {}
