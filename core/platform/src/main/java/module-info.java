/** This machine by FFM: what it has, said so that `doctor` can print it, and the system calls the floors above need. */
@org.jspecify.annotations.NullMarked
module dev.psyne.platform {
    requires static org.jspecify;

    exports dev.psyne.platform;
}
