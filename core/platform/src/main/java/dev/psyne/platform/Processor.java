package dev.psyne.platform;

/**
 * One logical CPU and the groups it is in. A group is named by the lowest number of a CPU in it, since the kernel's own
 * identifiers of cores and dies count anew in each package.
 *
 * @param cpu its number
 * @param core the CPUs that share its core (SMT siblings)
 * @param thread its place among the siblings of its core, from 0
 * @param cache the CPUs that share its last-level data cache
 * @param die the CPUs on its die
 * @param socket the CPUs in its package
 * @param node the number of its NUMA node
 * @param efficient whether it is of a hybrid processor's slower, thriftier kind
 */
public record Processor(int cpu, int core, int thread, int cache, int die, int socket, int node, boolean efficient) {}
