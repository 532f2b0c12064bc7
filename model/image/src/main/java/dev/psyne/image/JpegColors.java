package dev.psyne.image;

/**
 * How the components of a JPEG become RGB, decided as the Independent JPEG Group's library does: a JFIF marker says
 * YCbCr, an Adobe marker names its transform, and without both the component ids speak.
 */
enum JpegColors {
    GREY(1) {
        @Override
        void convert(byte[] samples, byte[] rgb, int pixels) {
            for (int i = 0, at = 0; i < pixels; i++, at += 3) {
                rgb[at] = samples[i];
                rgb[at + 1] = samples[i];
                rgb[at + 2] = samples[i];
            }
        }
    },
    RGB(3) {
        @Override
        void convert(byte[] samples, byte[] rgb, int pixels) {
            System.arraycopy(samples, 0, rgb, 0, 3 * pixels);
        }
    },
    YCBCR(3) {
        @Override
        void convert(byte[] samples, byte[] rgb, int pixels) {
            toRgb(samples, 3, rgb, pixels);
        }
    },
    /** Cyan, magenta, yellow and black, stored inverted as Adobe's programs do: white is 255 in all four. */
    CMYK(4) {
        @Override
        void convert(byte[] samples, byte[] rgb, int pixels) {
            for (int i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
                int black = samples[from + 3] & 0xff;
                rgb[to] = scale(samples[from] & 0xff, black);
                rgb[to + 1] = scale(samples[from + 1] & 0xff, black);
                rgb[to + 2] = scale(samples[from + 2] & 0xff, black);
            }
        }
    },
    /** CMYK whose first three components went through the YCbCr transform, with black beside it. */
    YCCK(4) {
        @Override
        void convert(byte[] samples, byte[] rgb, int pixels) {
            toRgb(samples, 4, rgb, pixels);
            for (int i = 0, from = 3, to = 0; i < pixels; i++, from += 4) {
                int black = samples[from] & 0xff;
                for (int c = 0; c < 3; c++, to++) {
                    rgb[to] = scale(255 - (rgb[to] & 0xff), black);
                }
            }
        }
    };

    private static final int HALF = 1 << 15;
    private static final int RED_CR = 91_881;
    private static final int GREEN_CB = 22_554;
    private static final int GREEN_CR = 46_802;
    private static final int BLUE_CB = 116_130;

    private final int components;

    JpegColors(int components) {
        this.components = components;
    }

    int components() {
        return components;
    }

    /** Turns interleaved samples into RGB8; {@code rgb} may be {@code samples} itself where there are 3 components. */
    abstract void convert(byte[] samples, byte[] rgb, int pixels);

    /** ITU-T T.871, section 7, in 16-bit fixed point, rounded as the reference library rounds. */
    private static void toRgb(byte[] samples, int step, byte[] rgb, int pixels) {
        for (int i = 0, from = 0, to = 0; i < pixels; i++, from += step, to += 3) {
            int y = samples[from] & 0xff;
            int cb = (samples[from + 1] & 0xff) - 128;
            int cr = (samples[from + 2] & 0xff) - 128;
            rgb[to] = clamp(y + ((RED_CR * cr + HALF) >> 16));
            rgb[to + 1] = clamp(y + ((HALF - GREEN_CB * cb - GREEN_CR * cr) >> 16));
            rgb[to + 2] = clamp(y + ((BLUE_CB * cb + HALF) >> 16));
        }
    }

    private static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }

    private static byte scale(int value, int by) {
        return (byte) ((value * by + 127) / 255);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Gathers what the markers say. */
    static final class Builder {
        private static final int NO_ADOBE = -1;
        private static final int ADOBE_PLAIN = 0;
        private static final int ADOBE_YCCK = 2;
        private static final int RGB_IDS = 'R' << 16 | 'G' << 8 | 'B';

        private boolean jfif;
        private int adobe = NO_ADOBE;
        private int components;
        private int ids;

        void jfif() {
            jfif = true;
        }

        void adobe(int transform) {
            adobe = transform;
        }

        void component(int id) {
            components++;
            ids = ids << 8 | id;
        }

        JpegColors build() {
            return switch (components) {
                case 1 -> GREY;
                case 4 -> adobe == ADOBE_YCCK ? YCCK : CMYK;
                default -> isRgb() ? RGB : YCBCR;
            };
        }

        private boolean isRgb() {
            if (jfif) {
                return false;
            }
            return adobe == NO_ADOBE ? ids == RGB_IDS : adobe == ADOBE_PLAIN;
        }
    }
}
