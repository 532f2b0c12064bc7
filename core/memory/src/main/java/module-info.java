/** Regions of off-heap memory with an owner and an end, and the budget that bounds them. */
@org.jspecify.annotations.NullMarked
module dev.psyne.memory {
    requires transitive dev.psyne.platform;
    requires static org.jspecify;

    exports dev.psyne.memory;
}
