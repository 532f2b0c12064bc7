/** Rings and addressed channels. */
@org.jspecify.annotations.NullMarked
module dev.psyne.channel {
    requires transitive dev.psyne.fiber;
    requires static org.jspecify;

    exports dev.psyne.channel;
}
