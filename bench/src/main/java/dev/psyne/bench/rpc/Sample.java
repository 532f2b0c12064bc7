package dev.psyne.bench.rpc;

/** The record that all codecs write and read: four strings of 22 chars, four doubles, 256 floats. */
public record Sample(
        String device,
        String place,
        String unit,
        String note,
        double latitude,
        double longitude,
        double height,
        double time,
        float[] values) {
    static final int VALUES = 256;

    static Sample standard() {
        float[] values = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            values[i] = i * 0.25f;
        }
        return new Sample(
                "camera-7/front-left-02",
                "hall-4/east/dock-00017",
                "millikelvin per second",
                "recalibrated on monday",
                48.137154,
                11.576124,
                519.5,
                1.7e9,
                values);
    }
}
