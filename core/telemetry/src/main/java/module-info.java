/** Meters in one region, and the writers that show them. */
@org.jspecify.annotations.NullMarked
module dev.psyne.telemetry {
    requires transitive dev.psyne.memory;
    requires static org.jspecify;

    exports dev.psyne.telemetry;
}
