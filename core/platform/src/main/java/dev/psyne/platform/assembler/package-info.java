/**
 * A small assembler for x86-64: the instructions that this project's routines use, and no others (Intel 64 and IA-32
 * Architectures Software Developer's Manual, volume 2). Instructions are recorded as values, so that a test can execute
 * them without a processor that has them.
 */
package dev.psyne.platform.assembler;
