package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.SchemaException;
import dev.psyne.rpc.internal.schema.Definition.Constant;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.Method;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the language of docs/schema.md by recursive descent; what the words mean together, {@link SchemaCheck} checks. */
final class SchemaParser {
    private final Lexer lexer;
    private final Map<Object, Place> places = new IdentityHashMap<>();
    private Token token;

    private SchemaParser(String text) {
        lexer = new Lexer(text);
        token = lexer.next();
    }

    /** The schema that a text says, checked. */
    static Schema parse(String text) {
        if (text.length() > SchemaLimits.MAX_TEXT_BYTES) {
            throw new SchemaException("the schema has " + text.length() + " characters; at most "
                    + SchemaLimits.MAX_TEXT_BYTES + " are read: split it into several packages");
        }
        return new SchemaParser(text).file();
    }

    private Schema file() {
        Place begin = token.place();
        takeWord("package", "a schema begins with 'package', its name and ';'");
        StringBuilder name = new StringBuilder(takeName("a package's name").text());
        while (takeIf(".")) {
            name.append('.')
                    .append(takeName("the next part of the package's name").text());
        }
        take(";", "after the package's name");
        String packageName = name.toString();
        places.put(packageName, begin);
        List<Definition> definitions = new ArrayList<>();
        while (token.kind() != Token.Kind.END) {
            definitions.add(definition());
        }
        return Schema.checked(packageName, definitions, places);
    }

    private Definition definition() {
        Place place = token.place();
        Supplier<Definition> rest = switch (token.text()) {
            case "record" -> this::recordOf;
            case "enum" -> this::enumOf;
            case "service" -> this::serviceOf;
            default -> throw place.fault("expected 'record', 'enum' or 'service', found " + token.shown());
        };
        advance();
        place = token.place();
        return at(place, rest.get());
    }

    private Definition recordOf() {
        String name = takeName("the record's name").text();
        return new RecordOf(name, members("record " + name, () -> field("field")));
    }

    private Definition enumOf() {
        String name = takeName("the enum's name").text();
        return new EnumOf(name, members("enum " + name, this::constant));
    }

    private Definition serviceOf() {
        String name = takeName("the service's name").text();
        return new ServiceOf(name, members("service " + name, this::method));
    }

    private <T> List<T> members(String of, Supplier<T> member) {
        take("{", "after the name of " + of);
        List<T> members = new ArrayList<>();
        while (!takeIf("}")) {
            if (token.kind() == Token.Kind.END) {
                throw token.place().fault("'}' is missing at the end of " + of);
            }
            members.add(member.get());
            take(";", "behind what " + of + " has");
        }
        return members;
    }

    private Constant constant() {
        Place place = token.place();
        int number = takeNumber("a value of an enum begins with its number");
        return at(place, new Constant(number, takeName("the value's name").text()));
    }

    private Field field(String what) {
        Place place = token.place();
        int number = takeNumber("a " + what + " begins with its number");
        Type type = type(1);
        String name = takeName("the " + what + "'s name").text();
        return at(place, new Field(number, type, name, takeIf("?")));
    }

    private Method method() {
        Token first = takeName("a method's name");
        boolean idempotent = first.is("idempotent") && token.kind() == Token.Kind.NAME;
        Token name = idempotent ? takeName("a method's name") : first;
        take("(", "after a method's name");
        List<Field> parameters = new ArrayList<>();
        Type input = null;
        boolean more = !token.is(")");
        while (more && input == null) {
            if (token.is("stream")) {
                advance();
                input = type(1);
            } else {
                parameters.add(field("parameter"));
                more = takeIf(",");
            }
        }
        take(")", input == null ? "or ',' after a method's parameters" : "after the stream, which comes last");
        return at(first.place(), new Method(name.text(), parameters, input, output(), idempotent));
    }

    private @Nullable Output output() {
        if (!takeIf("->")) {
            return null;
        }
        boolean streamed = takeIf("stream");
        return new Output(type(1), streamed);
    }

    private Type type(int depth) {
        Place place = token.place();
        if (depth > SchemaLimits.MAX_NESTED_TYPES) {
            throw place.fault("more than " + SchemaLimits.MAX_NESTED_TYPES
                    + " types are nested in one another; put a record between them");
        }
        String word = takeName("a type").text();
        Type type = switch (word) {
            case "string" -> new Type.Text();
            case "bytes" -> new Type.Bytes();
            case "tensor" -> tensor();
            case "list" -> new Type.ListOf(within(word, depth));
            case "map" -> new Type.MapOf(within(word, depth));
            case "callback" -> callback(depth);
            default -> scalarOrNamed(place, word);
        };
        return at(place, type);
    }

    private Type within(String word, int depth) {
        take("<", "after '" + word + "'");
        Type type = type(depth + 1);
        take(">", "after the type in '" + word + "'");
        return type;
    }

    private Type callback(int depth) {
        take("<", "after 'callback'");
        Type argument = type(depth + 1);
        take(",", "between a callback's argument and result");
        Type result = type(depth + 1);
        take(">", "after a callback's result");
        return new Type.Callback(argument, result);
    }

    private Type tensor() {
        if (!takeIf("<")) {
            return new Type.TensorOf(null);
        }
        Token word = takeName("an element type");
        var element = Words.element(word.text());
        if (element == null) {
            throw word.place()
                    .fault(word.shown() + " is no element type; there are bool, u8, i8, i16, i32, i64, f16, bf16, f32"
                            + " and f64");
        }
        take(">", "after the element type");
        return new Type.TensorOf(element);
    }

    private static Type scalarOrNamed(Place place, String word) {
        Type.Scalar scalar = Words.scalar(word);
        if (scalar != null) {
            return scalar;
        }
        if (Words.isReserved(word)) {
            throw place.fault("'" + word + "' is no type" + (Words.element(word) == null ? "" : "; only a tensor's"));
        }
        return new Type.Named(word);
    }

    private <T> T at(Place place, T what) {
        // Scalars are shared by all that use them; nothing is ever wrong with one.
        if (!(what instanceof Type.Scalar)) {
            places.put(what, place);
        }
        return what;
    }

    private Token takeName(String what) {
        return takeKind(Token.Kind.NAME, "expected " + what);
    }

    private int takeNumber(String rule) {
        Token number = takeKind(Token.Kind.NUMBER, rule);
        try {
            return Integer.parseInt(number.text());
        } catch (NumberFormatException e) {
            throw number.place().fault("the number " + number.shown() + " is greater than " + Integer.MAX_VALUE);
        }
    }

    private Token takeKind(Token.Kind kind, String rule) {
        if (token.kind() != kind) {
            throw token.place().fault(rule + ", found " + token.shown());
        }
        return advance();
    }

    private void takeWord(String word, String rule) {
        if (!takeIf(word)) {
            throw token.place().fault(rule + ", found " + token.shown());
        }
    }

    private void take(String sign, String where) {
        takeWord(sign, "expected '" + sign + "' " + where);
    }

    private boolean takeIf(String text) {
        if (!token.is(text)) {
            return false;
        }
        advance();
        return true;
    }

    private Token advance() {
        Token taken = token;
        token = lexer.next();
        return taken;
    }
}
