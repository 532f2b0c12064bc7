package dev.psyne.rpc.internal.service;

/** What a callback takes and gives, as messages. */
record CallbackContract(ValueMessage argument, ValueMessage result) {}
