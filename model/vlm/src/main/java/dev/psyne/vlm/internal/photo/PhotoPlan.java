package dev.psyne.vlm.internal.photo;

import dev.psyne.image.Picture;
import dev.psyne.tensor.FeatureMap;
import dev.psyne.vlm.ModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/**
 * How large every block's result is for pictures of one size, and in which array it lies: one whose former result nobody
 * reads any more, so that all of them take little more than the largest two or three. The picture and the levels keep
 * theirs to the end.
 */
final class PhotoPlan {
    /** Most floats of all arrays together: a quarter of a gigabyte. */
    private static final long MAX_FLOATS = 1L << 26;

    private final PhotoConfiguration configuration;
    private final SequencedMap<String, MapShape> shapes = new LinkedHashMap<>();
    private final Map<String, Integer> borders = new HashMap<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final List<Integer> arrays = new ArrayList<>();

    /** A result without its border. */
    record MapShape(int height, int width, int channels) {
        @Override
        public String toString() {
            return height + " x " + width + " x " + channels;
        }
    }

    /**
     * Plans for square pictures.
     *
     * @throws ModelException if the blocks do not fit each other
     */
    PhotoPlan(PhotoConfiguration configuration, int size) {
        this.configuration = configuration;
        shapes.put(PhotoBlock.PICTURE, new MapShape(size, size, Picture.CHANNELS));
        for (PhotoBlock block : configuration.blocks()) {
            MapShape shape = shape(block);
            if (shapes.putIfAbsent(block.name(), shape) != null) {
                throw refuse(block.name(), "a second block of this name", "one");
            }
            if (block instanceof PhotoBlock.Conv conv) {
                borders.merge(conv.from(), conv.padding(), Math::max);
            }
        }
        requireLevels();
        place();
    }

    /** Shapes by name, the picture's first, then in the order of the blocks. */
    SequencedMap<String, MapShape> shapes() {
        return shapes;
    }

    /** Floats of all arrays together. */
    long floats() {
        return arrays.stream().mapToLong(Integer::longValue).sum();
    }

    /** The maps of one run. */
    Map<String, FeatureMap> allocate() {
        List<float[]> memory = arrays.stream().map(float[]::new).toList();
        Map<String, FeatureMap> maps = new HashMap<>();
        shapes.forEach((name, shape) -> {
            float[] values = memory.get(Objects.requireNonNull(places.get(name)));
            maps.put(name, FeatureMap.over(values, shape.height(), shape.width(), shape.channels(), border(name)));
        });
        return maps;
    }

    private MapShape shape(PhotoBlock block) {
        List<MapShape> sources =
                block.sources().stream().map(name -> source(block, name)).toList();
        return switch (block) {
            case PhotoBlock.Conv conv -> {
                MapShape source = sources.getFirst();
                if (source.channels() != conv.in()) {
                    throw refuse(
                            conv.name(), conv.in() + " channels in", source.channels() + ", those of " + conv.from());
                }
                yield window(conv.name(), source, conv.kernel(), conv.stride(), conv.padding(), conv.out());
            }
            case PhotoBlock.Pool pool -> {
                if (pool.padding() >= pool.kernel()) {
                    throw refuse(pool.name(), "padding " + pool.padding(), "less than the window, " + pool.kernel());
                }
                MapShape source = sources.getFirst();
                yield window(pool.name(), source, pool.kernel(), pool.stride(), pool.padding(), source.channels());
            }
            case PhotoBlock.Concat concat -> concatenated(concat, sources);
            case PhotoBlock.Resize resize -> {
                if (sources.getFirst().channels() != sources.getLast().channels()) {
                    throw refuse(resize.name(), sources.toString(), "two maps of as many channels");
                }
                yield sources.getLast();
            }
        };
    }

    private MapShape source(PhotoBlock block, String name) {
        MapShape shape = shapes.get(name);
        if (shape == null) {
            throw refuse(block.name(), "to read " + name, "the picture or an earlier block");
        }
        return shape;
    }

    private MapShape window(String name, MapShape source, int kernel, int stride, int padding, int channels) {
        int height = source.height() + 2 * padding - kernel;
        int width = source.width() + 2 * padding - kernel;
        if (height < 0 || width < 0) {
            throw refuse(name, "a window of " + kernel + " over " + source, "one that fits");
        }
        return new MapShape(height / stride + 1, width / stride + 1, channels);
    }

    private MapShape concatenated(PhotoBlock.Concat concat, List<MapShape> sources) {
        if (sources.isEmpty()) {
            throw refuse(concat.name(), "nothing to read", "maps of one size");
        }
        MapShape first = sources.getFirst();
        int channels = 0;
        for (MapShape source : sources) {
            if (source.height() != first.height() || source.width() != first.width()) {
                throw refuse(concat.name(), sources.toString(), "maps of one size");
            }
            channels += source.channels();
        }
        return new MapShape(first.height(), first.width(), channels);
    }

    private void requireLevels() {
        for (PhotoConfiguration.Level level : configuration.levels()) {
            MapShape shape = shapes.get(level.from());
            if (shape == null || shape.channels() != configuration.cellValues()) {
                String found = shape == null ? "no such block" : shape.channels() + " channels";
                throw refuse(level.from(), found, configuration.cellValues() + " channels for the names and the box");
            }
        }
    }

    private int border(String name) {
        return borders.getOrDefault(name, 0);
    }

    /** Follows the run: a result takes the array that must grow least, and gives it back after its last reader. */
    private void place() {
        Map<String, Integer> lastReaders = lastReaders();
        Set<Integer> free = new HashSet<>();
        put(PhotoBlock.PICTURE, free);
        List<PhotoBlock> blocks = configuration.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            put(blocks.get(i).name(), free);
            for (String source : blocks.get(i).sources()) {
                if (lastReaders.getOrDefault(source, -1) == i) {
                    free.add(places.get(source));
                }
            }
        }
        if (floats() > MAX_FLOATS) {
            throw refuse("blocks", floats() + " floats of results", "at most " + MAX_FLOATS);
        }
    }

    private Map<String, Integer> lastReaders() {
        Map<String, Integer> lastReaders = new HashMap<>();
        for (int i = 0; i < configuration.blocks().size(); i++) {
            for (String source : configuration.blocks().get(i).sources()) {
                lastReaders.put(source, i);
            }
        }
        lastReaders.remove(PhotoBlock.PICTURE);
        configuration.levels().forEach(level -> lastReaders.remove(level.from()));
        return lastReaders;
    }

    private void put(String name, Set<Integer> free) {
        MapShape shape = Objects.requireNonNull(shapes.get(name));
        long wide = shape.width() + 2L * border(name);
        long high = shape.height() + 2L * border(name);
        if (wide * high * shape.channels() > MAX_FLOATS) {
            throw refuse(name, shape + " floats", "at most " + MAX_FLOATS);
        }
        int floats = FeatureMap.floats(shape.height(), shape.width(), shape.channels(), border(name));
        int best = -1;
        for (int array : free) {
            if (best < 0 || waste(array, floats) < waste(best, floats)) {
                best = array;
            }
        }
        if (best < 0) {
            best = arrays.size();
            arrays.add(floats);
        }
        free.remove(best);
        arrays.set(best, Math.max(arrays.get(best), floats));
        places.put(name, best);
    }

    /** Floats that an array must grow by, or that it has too many. */
    private long waste(int array, int floats) {
        return Math.abs((long) arrays.get(array) - floats);
    }

    private ModelException refuse(String block, String found, String expected) {
        return new ModelException(configuration.file(), block, found, expected);
    }
}
