package dev.psyne.vlm.internal.scenes;

import dev.psyne.image.Picture;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A picture of drawings at random places and sizes, turned, mirrored and lit at random, on a random background: never the
 * same one twice.
 *
 * @param picture of 128 pixels
 * @param places centre x, centre y and edge of each drawing, in pixels
 */
record DrawnScene(Picture picture, List<double[]> places) {
    static final int SIZE = 128;
    private static final int ATTEMPTS = 400;
    private static final int MOST_ANGLE_DEGREES = 12;

    static BufferedImage drawing(String file) {
        try {
            return ImageIO.read(new ByteArrayInputStream(EmbeddedModel.resource("taught/" + file + ".png")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DrawnScene of(Random random, double smallest, double largest, List<BufferedImage> drawings) {
        BufferedImage image = background(random);
        List<double[]> places = places(random, smallest, largest, drawings.size());
        for (int i = 0; i < drawings.size(); i++) {
            draw(image, drawings.get(i), places.get(i), random);
        }
        byte[] bytes = new byte[Picture.CHANNELS * SIZE * SIZE];
        for (int i = 0; i < SIZE * SIZE; i++) {
            int colour = image.getRGB(i % SIZE, i / SIZE);
            bytes[3 * i] = (byte) (colour >> 16);
            bytes[3 * i + 1] = (byte) (colour >> 8);
            bytes[3 * i + 2] = (byte) colour;
        }
        return new DrawnScene(Picture.of(SIZE, SIZE, bytes), places);
    }

    private static BufferedImage background(Random random) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, colour(random), random.nextInt(SIZE), SIZE, colour(random)));
        graphics.fillRect(0, 0, SIZE, SIZE);
        graphics.dispose();
        return image;
    }

    private static Color colour(Random random) {
        return Color.getHSBColor(random.nextFloat(), random.nextFloat() * 0.5f, 0.35f + 0.6f * random.nextFloat());
    }

    /** Places that do not overlap; where there is no room left, all are chosen anew. */
    private static List<double[]> places(Random random, double smallest, double largest, int count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<double[]> places = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double side = smallest + (largest - smallest) * random.nextDouble();
                double x = side / 2 + (SIZE - side) * random.nextDouble();
                double y = side / 2 + (SIZE - side) * random.nextDouble();
                double[] place = {x, y, side};
                if (places.stream().noneMatch(other -> overlap(place, other))) {
                    places.add(place);
                }
            }
            if (places.size() == count) {
                return places;
            }
        }
        throw new IllegalArgumentException("no room for " + count + " drawings of " + smallest + " pixels");
    }

    private static boolean overlap(double[] one, double[] other) {
        double apart = Math.max(Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1]));
        return apart <= (one[2] + other[2]) * 0.5;
    }

    private static void draw(BufferedImage image, BufferedImage drawing, double[] place, Random random) {
        double scale = place[2] / Math.max(drawing.getWidth(), drawing.getHeight());
        AffineTransform transform = AffineTransform.getTranslateInstance(place[0], place[1]);
        transform.rotate(Math.toRadians(MOST_ANGLE_DEGREES * (2 * random.nextDouble() - 1)));
        transform.scale(random.nextBoolean() ? -scale : scale, scale);
        transform.translate(-drawing.getWidth() / 2.0, -drawing.getHeight() / 2.0);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(lit(drawing, 0.85f + 0.25f * random.nextFloat()), transform, null);
        graphics.dispose();
    }

    private static BufferedImage lit(BufferedImage drawing, float light) {
        BufferedImage lit = new BufferedImage(drawing.getWidth(), drawing.getHeight(), BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < lit.getHeight(); y++) {
            for (int x = 0; x < lit.getWidth(); x++) {
                int colour = drawing.getRGB(x, y);
                int out = colour & 0xff000000;
                for (int shift = 0; shift <= 16; shift += 8) {
                    out |= Math.min(255, Math.round((colour >> shift & 255) * light)) << shift;
                }
                lit.setRGB(x, y, out);
            }
        }
        return lit;
    }
}
