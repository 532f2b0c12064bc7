package dev.psyne.rpc.internal.schema;

import dev.psyne.rpc.internal.schema.Definition.Constant;
import dev.psyne.rpc.internal.schema.Definition.EnumOf;
import dev.psyne.rpc.internal.schema.Definition.Method;
import dev.psyne.rpc.internal.schema.Definition.Output;
import dev.psyne.rpc.internal.schema.Definition.RecordOf;
import dev.psyne.rpc.internal.schema.Definition.ServiceOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What parts peers of an older schema from peers of a newer one: the rules of docs/schema.md, "Evolution". */
public final class Evolution {
    private final List<String> breaks = new ArrayList<>();

    private Evolution() {}

    /**
     * The breaks, each one a sentence of what, where and what to do instead; none if both schemas' peers understand
     * each other.
     */
    public static List<String> breaks(Schema older, Schema newer) {
        Evolution evolution = new Evolution();
        if (!older.packageName().equals(newer.packageName())) {
            evolution.add(
                    "the package",
                    "was " + older.packageName() + " and is " + newer.packageName(),
                    "keep its name; another name is another schema");
        }
        for (Definition was : older.definitions()) {
            evolution.definition(was, newer.find(was.name()).orElse(null));
        }
        return List.copyOf(evolution.breaks);
    }

    private void definition(Definition was, @Nullable Definition is) {
        switch (was) {
            case RecordOf older -> {
                if (is instanceof RecordOf newer) {
                    fields("record " + older.name(), "field", older.fields(), newer.fields());
                } else {
                    gone("record " + older.name(), is);
                }
            }
            case EnumOf older -> {
                if (is instanceof EnumOf newer) {
                    constants("enum " + older.name(), older.constants(), newer.constants());
                } else {
                    gone("enum " + older.name(), is);
                }
            }
            case ServiceOf older -> {
                if (is instanceof ServiceOf newer) {
                    methods(older.name(), older.methods(), newer.methods());
                } else {
                    gone("service " + older.name(), is);
                }
            }
        }
    }

    private void gone(String what, @Nullable Definition is) {
        add(
                what,
                is == null ? "is gone or has another name" : "is something else now",
                "keep it as it was, and define what is new under a name of its own");
    }

    private void constants(String of, List<Constant> older, List<Constant> newer) {
        Map<String, Constant> names = by(newer, Constant::name);
        Map<Integer, Constant> numbers = by(newer, Constant::number);
        for (Constant was : older) {
            String what = of + ", value " + was.number() + " " + was.name();
            Constant sameName = names.get(was.name());
            Constant sameNumber = numbers.get(was.number());
            if (sameName != null && sameName.number() != was.number()) {
                add(what, "has the number " + sameName.number() + " now", "give it " + was.number() + " again");
            } else if (sameName == null && sameNumber != null) {
                add(what, "is called " + sameNumber.name() + " now", "keep its name, and add the new one as a value");
            } else if (sameName == null) {
                add(what, "is gone", "keep it, since older peers send it");
            }
        }
    }

    private void fields(String of, String each, List<Field> older, List<Field> newer) {
        Map<String, Field> names = by(newer, Field::name);
        Map<Integer, Field> numbers = by(newer, Field::number);
        int next = Math.max(last(older), last(newer)) + 1;
        for (Field was : older) {
            String what = of + ", " + each + " " + was.number() + " " + was.name();
            Field sameName = names.get(was.name());
            Field sameNumber = numbers.get(was.number());
            if (sameName != null && sameName.number() != was.number()) {
                add(what, "has the number " + sameName.number() + " now", "give it " + was.number() + " again");
            } else if (sameName != null) {
                same(what, was, sameName, added(each, next));
            } else if (sameNumber != null) {
                add(what, "is called " + sameNumber.name() + " now", "keep its name, or " + added(each, next));
            } else {
                add(what, "is gone", "keep it; if nobody shall use it, say so in a comment");
            }
        }
        newFields(of, each, older, newer);
    }

    private void same(String what, Field was, Field is, String added) {
        if (!was.type().equals(is.type())) {
            add(
                    what,
                    "was " + SchemaPrinter.print(was.type()) + " and is " + SchemaPrinter.print(is.type()),
                    "keep its type, and " + added + " for the new one");
        }
        if (was.optional() != is.optional()) {
            add(
                    what,
                    was.optional() ? "was optional and is required" : "was required and is optional",
                    was.optional() ? "put its '?' back" : "take its '?' away");
        }
    }

    private void newFields(String of, String each, List<Field> older, List<Field> newer) {
        Map<String, Field> names = by(older, Field::name);
        Map<Integer, Field> numbers = by(older, Field::number);
        int last = last(older);
        for (Field is : newer) {
            if (names.containsKey(is.name()) || numbers.containsKey(is.number())) {
                continue;
            }
            String what = of + ", " + each + " " + is.number() + " " + is.name();
            if (!is.optional()) {
                add(what, "is new and required, and older peers do not send it", "make it optional with '?'");
            }
            if (is.number() < last) {
                add(what, "is new and its number is below " + last, "give it a number from " + (last + 1) + " on");
            }
        }
    }

    private void methods(String service, List<Method> older, List<Method> newer) {
        Map<String, Method> names = by(newer, Method::name);
        for (Method was : older) {
            String what = "method " + service + "." + was.name();
            Method is = names.get(was.name());
            if (is == null) {
                add(what, "is gone or has another name", "keep it beside the new one");
                continue;
            }
            fields(what, "parameter", was.parameters(), is.parameters());
            String before = stream(was.input());
            String now = stream(is.input());
            if (!before.equals(now)) {
                add(what, "took " + before + " and takes " + now, "keep it, and add a method");
            }
            if (!result(was.output()).equals(result(is.output()))) {
                add(
                        what,
                        "gave " + result(was.output()) + " and gives " + result(is.output()),
                        "keep it, and add a method");
            }
            if (was.idempotent() && !is.idempotent()) {
                add(
                        what,
                        "was idempotent and is not, and older peers call it again when a call is lost",
                        "keep it so, and add a method");
            }
        }
    }

    private static String stream(@Nullable Type input) {
        return input == null ? "no stream" : "a stream of " + SchemaPrinter.print(input);
    }

    private static String result(@Nullable Output output) {
        if (output == null) {
            return "nothing";
        }
        return output.streamed() ? stream(output.type()) : SchemaPrinter.print(output.type());
    }

    private static String added(String each, int number) {
        return number > SchemaLimits.MAX_FIELD_NUMBER
                ? "define another record or method"
                : "add an optional " + each + " with the number " + number;
    }

    private static int last(List<Field> fields) {
        return fields.isEmpty() ? 0 : fields.getLast().number();
    }

    private static <K, T> Map<K, T> by(List<T> members, Function<T, K> key) {
        Map<K, T> all = new HashMap<>();
        members.forEach(member -> all.put(key.apply(member), member));
        return all;
    }

    private void add(String what, String wrong, String instead) {
        breaks.add(what + " " + wrong + "; " + instead + ".");
    }
}
