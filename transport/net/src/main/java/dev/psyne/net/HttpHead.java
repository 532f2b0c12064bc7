package dev.psyne.net;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the head of a request says, after the server has checked its host, its origin, its token and its path. */
public interface HttpHead {
    /** The method as sent. */
    String method();

    /** The percent-decoded path, without the query; never holds a {@code .} or {@code ..} segment, nor a backslash. */
    String path();

    /** The first value of a header; the name's case does not matter. */
    Optional<String> header(String name);

    /** All parameters of the query, decoded, in the order of their first values; not to be changed. */
    Map<String, List<String>> queries();

    /** The first value of a query parameter, decoded. */
    default Optional<String> query(String name) {
        return queries().getOrDefault(name, List.of()).stream().findFirst();
    }
}
