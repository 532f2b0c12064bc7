package dev.psyne.bench.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is measured does the whole work: every codec gives back what it was given. */
class SampleCodecTest {
    @Test
    void whatIsWrittenIsRead() throws IOException {
        Sample sample = Sample.standard();
        for (SampleCodec codec :
                List.of(new PsyneSamples(), SbeSamples.generated(), new ForySamples(), new MessagePackSamples())) {
            for (int round = 0; round < 2; round++) {
                int bytes = codec.encode(sample);
                assertTrue(bytes > Sample.VALUES * Float.BYTES, codec.getClass() + " writes " + bytes + " bytes");
                Sample read = codec.decode();
                assertEquals(sample.device(), read.device());
                assertEquals(sample.place(), read.place());
                assertEquals(sample.unit(), read.unit());
                assertEquals(sample.note(), read.note());
                assertEquals(sample.latitude(), read.latitude());
                assertEquals(sample.longitude(), read.longitude());
                assertEquals(sample.height(), read.height());
                assertEquals(sample.time(), read.time());
                assertArrayEquals(sample.values(), read.values());
            }
        }
    }
}
