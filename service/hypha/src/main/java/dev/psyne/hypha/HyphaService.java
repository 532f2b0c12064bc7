package dev.psyne.hypha;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers to others: methods by name, and values beside them. Immutable.
 *
 * <pre>{@code
 * HyphaService text = HyphaService.builder("text")
 *         .visibility(Visibility.PUBLIC)
 *         .method("upper", call -> call.string(0, "text").toUpperCase(Locale.ROOT))
 *         .method("words", call -> Arrays.stream(call.string(0, "text").split(" ")))
 *         .build();
 * }</pre>
 */
public final class HyphaService {
    /** Methods and values inside each other. */
    public static final int MAX_DEPTH = 16;

    private static final Set<String> FIELDS =
            Set.of("id", "name", "type", "description", "docs", "config", "app_id", "service_schema");

    private final String id;
    private final Visibility visibility;
    private final List<String> authorizedWorkspaces;
    private final Map<String, @Nullable Object> head;
    private final Map<String, @Nullable Object> members;
    private final Map<String, @Nullable Object> schema;

    private HyphaService(Builder builder) {
        this.id = builder.id;
        this.visibility = builder.visibility;
        this.authorizedWorkspaces = List.copyOf(builder.authorizedWorkspaces);
        this.members = Collections.unmodifiableMap(builder.members);
        this.schema = Collections.unmodifiableMap(builder.schema);
        this.head = Collections.unmodifiableMap(builder.head());
    }

    /**
     * Starts a service that only its own workspace sees.
     *
     * @param id letters, digits, {@code _ -}, at most 128; unique at its client
     */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** Its name at its client. */
    public String id() {
        return id;
    }

    /** Who may call it. */
    public Visibility visibility() {
        return visibility;
    }

    /** Other workspaces whose clients may call it though it is protected. */
    public List<String> authorizedWorkspaces() {
        return authorizedWorkspaces;
    }

    /** Methods, values, and maps of both, by name. */
    public Map<String, @Nullable Object> members() {
        return members;
    }

    /** What a client gets that asks for the service: id, name, type, description, config, and the members. */
    public Map<String, @Nullable Object> description() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(head);
        all.putAll(members);
        return all;
    }

    /** What a registry is told: no members, but their schemas. */
    public Map<String, @Nullable Object> info(String workspace, String client) {
        Map<String, @Nullable Object> info = new LinkedHashMap<>(head);
        Map<String, @Nullable Object> config = new LinkedHashMap<>();
        if (head.get("config") instanceof Map<?, ?> configured) {
            configured.forEach((key, value) -> config.put(String.valueOf(key), value));
        }
        config.put("workspace", workspace);
        info.put("config", config);
        info.put("id", workspace + "/" + client + ":" + id);
        info.put("app_id", "*");
        info.put("service_schema", schema);
        return info;
    }

    /** Gathers a service. */
    public static final class Builder {
        private static final Pattern ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}");
        private static final Pattern PATH = Pattern.compile("[^.\\s]{1,128}(\\.[^.\\s]{1,128})*");

        private final String id;
        private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
        private final Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        private final Map<String, @Nullable Object> config = new LinkedHashMap<>();
        private final List<String> authorizedWorkspaces = new ArrayList<>();
        private Visibility visibility = Visibility.PROTECTED;
        private String name;
        private String type = "generic";
        private @Nullable String text;
        private @Nullable Object docs;

        private Builder(String id) {
            if (!ID.matcher(id).matches()) {
                throw new IllegalArgumentException("a service's id is letters, digits, _ -, not '" + id + "'");
            }
            this.id = id;
            this.name = id;
        }

        /** What people call it; its id unless given. */
        public Builder name(String words) {
            this.name = Objects.requireNonNull(words);
            return this;
        }

        /** A word by which services are found. */
        public Builder type(String word) {
            this.type = Objects.requireNonNull(word);
            return this;
        }

        /** One sentence about it. */
        public Builder description(String sentence) {
            this.text = Objects.requireNonNull(sentence);
            return this;
        }

        /** More about it. */
        public Builder docs(String words) {
            this.docs = Objects.requireNonNull(words);
            return this;
        }

        /** Who may call it. */
        public Builder visibility(Visibility who) {
            this.visibility = Objects.requireNonNull(who);
            return this;
        }

        /** Lets clients of other workspaces call a protected service. */
        public Builder authorizedWorkspaces(List<String> workspaces) {
            authorizedWorkspaces.clear();
            authorizedWorkspaces.addAll(workspaces);
            return this;
        }

        /** A further entry of its configuration. */
        public Builder config(String key, @Nullable Object value) {
            config.put(key, value);
            return this;
        }

        /** Offers a method, {@code name} or {@code group.name}, without a schema. */
        public Builder method(String path, HyphaMethod method) {
            return method(path, Map.of(), method);
        }

        /**
         * Offers a method.
         *
         * @param path {@code name} or {@code group.name}; once each
         * @param function its schema as JSON Schema has it: {@code description} and {@code parameters}
         */
        public Builder method(String path, Map<String, ?> function, HyphaMethod method) {
            Map<String, @Nullable Object> described = new LinkedHashMap<>();
            described.put("name", path.substring(path.lastIndexOf('.') + 1));
            described.putAll(function);
            put(members, path, function.isEmpty() ? method : new DescribedMethod(method, described));
            put(schema, path, Map.of("type", "function", "function", described));
            return this;
        }

        /** Offers a value beside the methods. */
        public Builder value(String path, Object value) {
            put(members, path, value);
            put(schema, path, Map.of());
            return this;
        }

        /**
         * The service.
         *
         * @throws IllegalStateException if workspaces are authorised for a service that is not protected
         */
        public HyphaService build() {
            if (visibility != Visibility.PROTECTED && !authorizedWorkspaces.isEmpty()) {
                throw new IllegalStateException(
                        "workspaces are authorised for a protected service; '" + id + "' is " + visibility.word());
            }
            return new HyphaService(this);
        }

        private Map<String, @Nullable Object> head() {
            Map<String, @Nullable Object> all = new LinkedHashMap<>(config);
            all.put("visibility", visibility.word());
            if (!authorizedWorkspaces.isEmpty()) {
                all.put("authorized_workspaces", List.copyOf(authorizedWorkspaces));
            }
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("id", id);
            fields.put("name", name);
            fields.put("type", type);
            fields.put("description", text);
            if (docs != null) {
                fields.put("docs", docs);
            }
            fields.put("config", all);
            return fields;
        }

        @SuppressWarnings("unchecked")
        private static void put(Map<String, @Nullable Object> into, String path, Object member) {
            String[] names = path.split("\\.", -1);
            if (!PATH.matcher(path).matches() || names.length > MAX_DEPTH || FIELDS.contains(names[0])) {
                throw new IllegalArgumentException(
                        "a member is name or group.name and none of " + FIELDS + ", not '" + path + "'");
            }
            Map<String, @Nullable Object> group = into;
            for (int i = 0; i < names.length - 1; i++) {
                Object next = group.computeIfAbsent(names[i], _ -> new LinkedHashMap<String, @Nullable Object>());
                if (!(next instanceof LinkedHashMap<?, ?> map)) {
                    throw new IllegalArgumentException("'" + names[i] + "' of '" + path + "' is not a group");
                }
                group = (Map<String, @Nullable Object>) map;
            }
            if (group.putIfAbsent(names[names.length - 1], Objects.requireNonNull(member)) != null) {
                throw new IllegalArgumentException("there is already a member '" + path + "'");
            }
        }
    }
}
