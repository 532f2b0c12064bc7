/**
 * This machine by FFM: what it has, said so that `doctor` can print it, and the system calls the floors above need. On
 * systems other than Linux every part says that it is unavailable, or runs on a fallback of the JDK.
 */
@org.jspecify.annotations.NullMarked
module dev.psyne.platform {
    requires static org.jspecify;

    exports dev.psyne.platform;
    // The kernels write their own machine code; nobody else should.
    exports dev.psyne.platform.assembler to
            dev.psyne.tensor;
}
