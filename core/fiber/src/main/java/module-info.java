/** Jobs on a few workers; a job that waits gives its worker away. */
@org.jspecify.annotations.NullMarked
module dev.psyne.fiber {
    requires transitive dev.psyne.telemetry;
    requires jdk.jfr;
    requires static org.jspecify;

    exports dev.psyne.fiber;
    exports dev.psyne.fiber.spi;
}
