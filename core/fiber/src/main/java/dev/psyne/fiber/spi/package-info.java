/** What a device's backend implements so that jobs can wait for the device. */
package dev.psyne.fiber.spi;
