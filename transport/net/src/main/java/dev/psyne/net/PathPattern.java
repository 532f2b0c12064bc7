package dev.psyne.net;

/** A path, or all paths below one when it ends with {@code /*}. */
record PathPattern(String path, boolean prefix) {
    /** @throws IllegalArgumentException if {@code text} does not begin with a slash or has a star elsewhere than at its end */
    static PathPattern of(String text) {
        boolean prefix = text.endsWith("/*");
        String path = prefix ? text.substring(0, text.length() - 1) : text;
        if (!path.startsWith("/") || path.indexOf('*') >= 0) {
            throw new IllegalArgumentException("a path is /exact or /below/*: " + text);
        }
        return new PathPattern(path, prefix);
    }

    boolean matches(String requested) {
        return prefix ? requested.startsWith(path) : requested.equals(path);
    }
}
