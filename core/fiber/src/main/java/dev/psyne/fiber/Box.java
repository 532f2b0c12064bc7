package dev.psyne.fiber;

/** A cuboid of indices: {@code fromX} (included) to {@code toX} (excluded), and so for Y and Z. */
public record Box(int fromX, int fromY, int fromZ, int toX, int toY, int toZ) {
    /** @throws IllegalArgumentException if it ends before it begins, or a side does not fit an {@code int} */
    public Box {
        Axis.check("x", fromX, toX);
        Axis.check("y", fromY, toY);
        Axis.check("z", fromZ, toZ);
    }

    /** The space of this size that begins at zero. */
    public static Box of(int width, int height, int depth) {
        return new Box(0, 0, 0, width, height, depth);
    }

    public int width() {
        return toX - fromX;
    }

    public int height() {
        return toY - fromY;
    }

    public int depth() {
        return toZ - fromZ;
    }
}
