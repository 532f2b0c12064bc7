package dev.psyne.image;

/** The kernel a picture is resampled with. When shrinking it is widened by the scale, so that every pixel counts. */
public enum Filter {
    /** A triangle, 1 pixel to each side. */
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            return Math.max(0, 1 - Math.abs(distance));
        }
    },
    /** Keys' cubic convolution with a = -0.5, 2 pixels to each side (IEEE ASSP-29, 1981). Overshoots at edges. */
    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    },
    /** A sinc windowed by a wider sinc (Lanczos; Duchon, 1979), 3 pixels to each side. Overshoots at edges. */
    LANCZOS(3) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            if (x >= radius()) {
                return 0;
            }
            return x == 0 ? 1 : 3 * Math.sin(Math.PI * x) * Math.sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x);
        }
    };

    private final double radius;

    Filter(double radius) {
        this.radius = radius;
    }

    double radius() {
        return radius;
    }

    abstract double weight(double distance);
}
