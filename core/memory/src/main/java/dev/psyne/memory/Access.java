package dev.psyne.memory;

/** What a mapped file may be used for. */
public enum Access {
    /** Reading; a write to the region's segment is an IllegalArgumentException. */
    READ,
    /** Reading and writing; what is written reaches the file. */
    READ_WRITE
}
