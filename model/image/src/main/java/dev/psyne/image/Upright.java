package dev.psyne.image;

/** Turns stored rows upright (EXIF 2.32, tag 0x0112). */
final class Upright {
    private Upright() {}

    /** The upright bytes: {@code rgb} itself where it stands upright already. */
    static byte[] turn(byte[] rgb, ImageHeader header) {
        int w = header.width();
        int h = header.height();
        return switch (header.orientation()) {
            case 2 -> move(rgb, w, h, w - 1, -1, w);
            case 3 -> move(rgb, w, h, w * h - 1, -1, -w);
            case 4 -> move(rgb, w, h, (h - 1) * w, 1, -w);
            case 5 -> move(rgb, w, h, 0, h, 1);
            case 6 -> move(rgb, w, h, h - 1, h, -1);
            case 7 -> move(rgb, w, h, w * h - 1, -h, -1);
            case 8 -> move(rgb, w, h, (w - 1) * h, -h, 1);
            default -> rgb;
        };
    }

    /** Stored pixel (x, y) goes to pixel {@code first + x * perColumn + y * perRow} of the result. */
    private static byte[] move(byte[] rgb, int w, int h, int first, int perColumn, int perRow) {
        byte[] upright = new byte[rgb.length];
        int from = 0;
        for (int y = 0; y < h; y++) {
            int to = Picture.CHANNELS * (first + y * perRow);
            for (int x = 0; x < w; x++, from += Picture.CHANNELS, to += Picture.CHANNELS * perColumn) {
                upright[to] = rgb[from];
                upright[to + 1] = rgb[from + 1];
                upright[to + 2] = rgb[from + 2];
            }
        }
        return upright;
    }
}
