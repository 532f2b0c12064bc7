package dev.psyne.vlm.internal.evaluation;

import dev.psyne.image.Filter;
import dev.psyne.image.Picture;
import dev.psyne.image.Resize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A small JPEG of a picture in the form of a URL. */
final class Thumbnail {
    /** Longest edge, in pixels. */
    static final int MAX_EDGE = 320;

    private Thumbnail() {}

    /** The data URL of a picture, scaled down if it is larger. */
    static String dataUrl(Picture picture) throws IOException {
        int longer = Math.max(picture.width(), picture.height());
        Picture small = longer <= MAX_EDGE
                ? picture
                : Resize.toBytes(
                        picture,
                        Math.max(1, picture.width() * MAX_EDGE / longer),
                        Math.max(1, picture.height() * MAX_EDGE / longer),
                        Filter.BILINEAR);
        return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(small));
    }

    private static byte[] jpeg(Picture picture) throws IOException {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        int at = 0;
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++, at += Picture.CHANNELS) {
                image.setRGB(x, y, (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff));
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(image);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
