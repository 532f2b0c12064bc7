package dev.psyne.node;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** PNG files of a drawing that the embedded model was not trained to name. */
final class LessonFixture {
    private static final Path DRAWINGS = Path.of(
            "..",
            "..",
            "model",
            "vlm",
            "src",
            "test",
            "resources",
            "dev",
            "psyne",
            "vlm",
            "internal",
            "scenes",
            "taught");
    private static final int SIZE = 160;

    private LessonFixture() {}

    /** Enough for a lesson. */
    static List<byte[]> lesson(String drawing) throws IOException {
        return List.of(
                picture(drawing, new Color(200, 210, 220), 20, 30, 110),
                picture(drawing, new Color(120, 150, 120), 40, 10, 100),
                picture(drawing, new Color(230, 220, 180), 10, 25, 125),
                picture(drawing, new Color(160, 160, 190), 35, 40, 105));
    }

    static byte[] unseen(String drawing) throws IOException {
        return picture(drawing, new Color(190, 200, 200), 25, 22, 115);
    }

    static byte[] blank() throws IOException {
        return png(background(Color.GRAY));
    }

    private static byte[] picture(String drawing, Color background, int x, int y, int edge) throws IOException {
        BufferedImage image = background(background);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(ImageIO.read(DRAWINGS.resolve(drawing + ".png").toFile()), x, y, edge, edge, null);
        graphics.dispose();
        return png(image);
    }

    private static BufferedImage background(Color colour) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, SIZE, SIZE);
        graphics.dispose();
        return image;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
