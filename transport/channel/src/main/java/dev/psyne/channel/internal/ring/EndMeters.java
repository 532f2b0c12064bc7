package dev.psyne.channel.internal.ring;

/** Where an end counts what its channel's meters show, if the channel has meters; see the participants for the rest. */
public interface EndMeters {
    /** No meters. */
    EndMeters NONE = new EndMeters() {
        @Override
        public void waited() {}

        @Override
        public void read(long messages, long bytes) {}

        @Override
        public void lost(long messages) {}

        @Override
        public void filled(long bytes) {}
    };

    /** It had to wait. */
    void waited();

    /** That much more was read. */
    void read(long messages, long bytes);

    /** That many were dropped or missed. */
    void lost(long messages);

    /** The ring holds more bytes than it ever held. */
    void filled(long bytes);
}
