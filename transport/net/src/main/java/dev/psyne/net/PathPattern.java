package dev.psyne.net;

import java.util.Comparator;

/**
 * A path. A segment that is a star stands for any one segment with something in it; a star behind the last slash stands for
 * all that may be below.
 *
 * @param path the path, without the star at its end
 * @param prefix whether a star stood at its end
 */
record PathPattern(String path, boolean prefix) {
    /** Those that say more about a path go first: a later first star, then a longer path. */
    static final Comparator<PathPattern> NEAREST_FIRST = Comparator.comparingInt(PathPattern::literalCharacters)
            .thenComparingInt(pattern -> pattern.path().length())
            .reversed();

    /** @throws IllegalArgumentException if {@code text} does not begin with a slash or has a star that is no segment */
    static PathPattern of(String text) {
        boolean prefix = text.endsWith("/*");
        String path = prefix ? text.substring(0, text.length() - 1) : text;
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path is /exact, /with/*/segment or /below/*: " + text);
        }
        for (String segment : path.split("/", -1)) {
            if (segment.indexOf('*') >= 0 && segment.length() > 1) {
                throw new IllegalArgumentException("a star stands for a whole segment of a path: " + text);
            }
        }
        return new PathPattern(path, prefix);
    }

    /** Whether it matches no other path than its own. */
    boolean isExact() {
        return !prefix && path.indexOf('*') < 0;
    }

    boolean matches(String requested) {
        int at = 0;
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '*') {
                int end = requested.indexOf('/', at);
                end = end < 0 ? requested.length() : end;
                if (end == at) {
                    return false;
                }
                at = end;
            } else if (at == requested.length() || requested.charAt(at++) != path.charAt(i)) {
                return false;
            }
        }
        return prefix || at == requested.length();
    }

    private int literalCharacters() {
        int star = path.indexOf('*');
        return star < 0 ? path.length() : star;
    }
}
