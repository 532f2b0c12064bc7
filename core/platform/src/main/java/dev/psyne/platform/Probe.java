package dev.psyne.platform;

/**
 * One line of what `doctor` says about this machine.
 *
 * @param name what was looked for
 * @param availability what was found
 */
public record Probe(String name, Availability availability) {}
