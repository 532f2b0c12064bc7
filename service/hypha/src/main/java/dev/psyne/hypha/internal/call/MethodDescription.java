package dev.psyne.hypha.internal.call;

import dev.psyne.hypha.DescribedMethod;
import dev.psyne.hypha.HyphaMethod;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a client tells others of its methods.
 *
 * @param address where they are called
 */
record MethodDescription(String address) {
    /** A method at a path: {@code services.echo.run}, {@code session.object}. */
    Map<String, @Nullable Object> method(String path, HyphaMethod method) {
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("_rtype", "method");
        described.put("_rtarget", address);
        described.put("_rmethod", path);
        described.put("_rpromise", "*");
        described.put("_rname", path.substring(path.lastIndexOf('.') + 1));
        described.put("_rasync", true);
        if (method instanceof DescribedMethod known) {
            described.put("_rdoc", known.schema().get("description"));
            described.put("_rschema", known.schema());
        } else {
            described.put("_rdoc", null);
        }
        return described;
    }

    /** A generator whose elements and end are called at these paths. */
    Map<String, @Nullable Object> generator(String next, String close) {
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("_rtype", "generator");
        described.put("_rtarget", address);
        described.put("_rmethod", next);
        described.put("_rclose_method", close);
        described.put("_rpromise", "*");
        described.put("_rdoc", "Remote generator");
        return described;
    }
}
