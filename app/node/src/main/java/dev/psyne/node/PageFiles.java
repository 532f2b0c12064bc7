package dev.psyne.node;

import dev.psyne.net.HttpException;
import dev.psyne.net.HttpExchange;
import dev.psyne.net.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The web page: files of the class path, served as they are under a policy that lets in nothing from elsewhere. */
final class PageFiles implements HttpHandler {
    private static final String FOLDER = "page";
    private static final Pattern SERVED =
            Pattern.compile("(/[a-z0-9][a-z0-9-]*)*/[a-z0-9][a-z0-9.-]*\\.(html|css|js|json|svg|png|webp)");
    private static final Map<String, String> PAGES = Map.of(
            "/", "/index.html",
            "/workers", "/workers.html",
            "/connections", "/connections.html");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png",
            "webp", "image/webp");
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' blob: data:; media-src blob:; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'",
            "Cache-Control",
            "no-cache");

    private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

    @Override
    public void handle(HttpExchange exchange) {
        String path = PAGES.getOrDefault(exchange.path(), exchange.path());
        Optional<byte[]> file = SERVED.matcher(path).matches() ? load(path) : Optional.empty();
        if (file.isEmpty()) {
            throw HttpException.invalid(404, "not_found", "There is nothing at " + path + ".");
        }
        String suffix = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        exchange.respond(200, TYPES.getOrDefault(suffix, "application/octet-stream"), file.get(), HEADERS);
    }

    private Optional<byte[]> load(String path) {
        byte[] known = loaded.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        try (InputStream stream = PageFiles.class.getResourceAsStream(FOLDER + path)) {
            if (stream == null) {
                return Optional.empty();
            }
            byte[] bytes = stream.readAllBytes();
            loaded.put(path, bytes);
            return Optional.of(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the page's file " + path + " could not be read", e);
        }
    }
}
