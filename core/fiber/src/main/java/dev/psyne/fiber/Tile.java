package dev.psyne.fiber;

/** A rectangle of indices: {@code fromX} (included) to {@code toX} (excluded), and so for Y. */
public record Tile(int fromX, int fromY, int toX, int toY) {
    /** @throws IllegalArgumentException if it ends before it begins, or a side does not fit an {@code int} */
    public Tile {
        Axis.check("x", fromX, toX);
        Axis.check("y", fromY, toY);
    }

    /** The area of this size that begins at zero. */
    public static Tile of(int width, int height) {
        return new Tile(0, 0, width, height);
    }

    public int width() {
        return toX - fromX;
    }

    public int height() {
        return toY - fromY;
    }
}
