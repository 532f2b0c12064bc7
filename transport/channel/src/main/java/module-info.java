/** Addressed channels, each a bounded ring in a region; messages with a type; patterns over channels. */
@org.jspecify.annotations.NullMarked
module dev.psyne.channel {
    requires transitive dev.psyne.tensor;
    requires static org.jspecify;

    exports dev.psyne.channel;
    exports dev.psyne.channel.spi;
}
