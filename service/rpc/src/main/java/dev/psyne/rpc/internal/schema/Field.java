package dev.psyne.rpc.internal.schema;

/** A field of a record, or a parameter of a method. */
public record Field(int number, Type type, String name, boolean optional) {}
