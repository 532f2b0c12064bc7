package dev.psyne.fiber.spi;

/**
 * Is told the end of one piece of work, by whatever thread the driver has, one native code has called up from included. Both
 * methods return at once, never throw and need no lock; the thread that waits goes on elsewhere. Only the first call counts.
 */
public interface DeviceListener {
    /** The device has done the work, and what it wrote is visible to the calling thread. */
    void done();

    /** The device has failed the work or is lost; it no longer touches the work's memory. */
    void failed(Throwable failure);
}
