package dev.psyne.rpc.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.psyne.rpc.Callback;
import dev.psyne.rpc.Element;
import dev.psyne.rpc.Field;
import dev.psyne.rpc.Idempotent;
import dev.psyne.rpc.Items;
import dev.psyne.rpc.Name;
import dev.psyne.rpc.SchemaException;
import dev.psyne.tensor.ElementType;
import dev.psyne.tensor.Tensor;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaServiceTest {
    /** What other libraries declare, each for another place. */
    static final class Elsewhere {
        @Retention(RetentionPolicy.RUNTIME)
        @interface Nullable {}

        static final class OnFields {
            @Retention(RetentionPolicy.RUNTIME)
            @Target(java.lang.annotation.ElementType.FIELD)
            @interface Nullable {}
        }

        static final class OnAccessors {
            @Retention(RetentionPolicy.RUNTIME)
            @Target(java.lang.annotation.ElementType.METHOD)
            @interface Nullable {}
        }
    }

    enum Mood {
        calm,
        @Name("default")
        byDefault,
        @Field(9)
        wild,
        @Field(7)
        wilder
    }

    record Picture(
            @Element(ElementType.U8) Tensor pixels,
            @Nullable String caption,
            double[] scores,
            @Field(9) int last,
            @Field(4) long fourth) {}

    record Places(
            @Elsewhere.Nullable String declared,
            @Elsewhere.OnFields.Nullable String field,
            @Elsewhere.OnAccessors.Nullable String accessor,
            double @Nullable [] array,
            @Elsewhere.Nullable double[] declaredArray,
            @Nullable @Element(ElementType.F32) Tensor tensor,
            Integer boxed,
            @Nullable Tree tree,
            String always) {}

    @Name("Tree")
    record Tree(
            List<Tree> branches,
            Map<String, Tree> named,
            @Nullable Tree mirror) {}

    interface Inherited {
        @Idempotent
        long size(@Name("picture") Picture picture);
    }

    interface Vision extends Inherited {
        Items<String> ask(@Name("picture") Picture picture, @Name("question") @Nullable String question);

        @Name("send")
        Long upload(@Name("name") String name, Items<MemorySegment> parts);

        void watch(@Name("judge") @Field(2) Callback<Picture, Mood> judge, @Name("most") @Field(1) int most);

        List<List<Boolean>> all(@Name("of") Map<String, @Element(ElementType.F32) Tensor> of);

        default long sizes(List<Picture> pictures) {
            return pictures.stream().mapToLong(this::size).sum();
        }

        static void unrelated(Set<String> any) {
            assertFalse(any.isEmpty());
        }
    }

    @Test
    void anInterfaceIsTheSchemaThatItsTextIs() {
        Schema schema = JavaService.of(Vision.class).java().schema();
        assertEquals(Schema.parse("""
                        package dev.psyne.rpc.internal.schema;
                        enum Mood { 0 calm; 1 default; 7 wilder; 9 wild; }
                        record Picture { 1 tensor<u8> pixels; 2 string caption?; 3 list<f64> scores; 4 i64 fourth; 9 i32 last; }
                        service Vision {
                          ask(1 Picture picture, 2 string question?) -> stream string;
                          send(1 string name, stream bytes) -> i64;
                          watch(1 i32 most, 2 callback<Picture, Mood> judge);
                          all(1 map<tensor<f32>> of) -> list<list<bool>>;
                          idempotent size(1 Picture picture) -> i64;
                        }
                        """), schema);
    }

    @Test
    void whatCodecsAndStubsNeedIsThere() {
        JavaService service = JavaService.of(Vision.class);
        assertEquals("Vision", service.service().name());
        assertEquals(
                Map.of("Vision", Vision.class, "Mood", Mood.class, "Picture", Picture.class),
                service.java().classes());
        assertEquals(
                List.of("pixels", "caption", "scores", "fourth", "last"),
                Objects.requireNonNull(service.java().components().get("Picture")).stream()
                        .map(RecordComponent::getName)
                        .toList());
        assertEquals(
                List.of(Mood.calm, Mood.byDefault, Mood.wilder, Mood.wild),
                service.java().constants().get("Mood"));
        JavaService.JavaMethod watch = method(service, "watch");
        assertEquals(List.of(1, 0), watch.positions());
        assertEquals("watch", watch.method().getName());
        assertEquals("upload", method(service, "send").method().getName());
        assertEquals(
                service.service().methods(),
                service.methods().values().stream()
                        .map(JavaService.JavaMethod::definition)
                        .sorted(Comparator.comparing(Definition.Method::name))
                        .toList());
    }

    @Test
    void whatMayBeAbsentIsSaidInManyPlaces() {
        Schema schema = JavaSchema.of(Places.class).schema();
        for (dev.psyne.rpc.internal.schema.Field field : schema.record("Places").fields()) {
            assertEquals(!field.name().equals("always"), field.optional(), field.name());
        }
        assertEquals(2, schema.definitions().size());
    }

    private interface Absences {
        void optional(@Name("a") @Nullable String a, @Name("b") @Elsewhere.Nullable String b, @Name("c") Integer c);

        Integer always(@Name("a") String a, @Name("b") int b);
    }

    @Test
    void parametersMayBeAbsentToo() {
        List<Definition.Method> methods =
                JavaService.of(Absences.class).service().methods();
        assertTrue(methods.getFirst().parameters().stream().noneMatch(dev.psyne.rpc.internal.schema.Field::optional));
        assertTrue(methods.getLast().parameters().stream().allMatch(dev.psyne.rpc.internal.schema.Field::optional));
    }

    @Test
    void whatCannotBeMappedIsNamedWithItsPlace() {
        refused(Wrong.OfSet.class, "Wrong$OfSet.m, parameter a: java.util.Set<java.lang.String> is no type");
        refused(Wrong.OfStrings.class, "take a List");
        refused(Wrong.OfChar.class, "char is no type");
        refused(Wrong.OfIntegerKeys.class, "keys of a map are String");
        refused(Wrong.OfAnyList.class, "? extends java.lang.Number is no type");
        refused(Wrong.OfRawList.class, "java.util.List is no type");
        refused(Wrong.OfType.class, "no type parameters");
        refused(Wrong.OfGenericRecord.class, "is no type");
        refused(Wrong.OfElement.class, "@Element is for a Tensor");
        refused(Wrong.OfItemsFirst.class, "a stream is a method's last parameter or its result");
        refused(Wrong.OfPresentBox.class, "a int cannot be absent");
        refused(Wrong.OfAbsentResult.class, "a result is always there");
        refused(Wrong.OfAbsentElements.class, "cannot be absent; only a record's component");
        refused(Wrong.Twice.class, "has the method m twice");
        refused(Wrong.TwoOfAName.class, "are both called Tree");
        refused(Wrong.OfComponent.class, "Wrong$Part, component part: java.lang.Object is no type");
        refused(Wrong.OfCallback.class, "its result holds a callback");
        refused(Wrong.SameNumber.class, "the number 1 twice");
        refused(Wrong.GenericService.class, "without type parameters");
        refused(String.class, "is no service");
    }

    /** Interfaces that are no services. */
    private static final class Wrong {
        record Part(Object part) {}

        record Tree(int leaves) {}

        record Of<T>(List<T> many) {}

        interface OfSet {
            void m(@Name("a") Set<String> a);
        }

        interface OfStrings {
            void m(@Name("a") String[] a);
        }

        interface OfChar {
            char m();
        }

        interface OfIntegerKeys {
            Map<Integer, String> m();
        }

        interface OfAnyList {
            List<? extends Number> m();
        }

        @SuppressWarnings("rawtypes")
        interface OfRawList {
            List m();
        }

        interface OfType {
            <T> List<T> m();
        }

        interface OfGenericRecord {
            Of<String> m();
        }

        interface OfElement {
            @Element(ElementType.F32)
            String m();
        }

        interface OfItemsFirst {
            void m(@Name("a") Items<String> a, @Name("b") int b);
        }

        interface OfPresentBox {
            void m(@Elsewhere.Nullable @Name("a") int a);
        }

        interface OfAbsentResult {
            @Nullable
            String m();
        }

        interface OfAbsentElements {
            List<@Nullable String> m();
        }

        interface Twice {
            void m(@Name("a") int a);

            void m(@Name("a") long a);
        }

        interface TwoOfAName {
            Tree m(@Name("a") JavaServiceTest.Tree a);
        }

        interface OfComponent {
            Part m();
        }

        interface OfCallback {
            Callback<String, String> m();
        }

        interface SameNumber {
            void m(@Name("a") int a, @Name("b") @Field(1) int b);
        }

        interface GenericService<T> {
            T m();
        }
    }

    @Test
    void aParameterWhoseNameWasNotCompiledInNeedsOne(@TempDir Path folder) throws Exception {
        Map<String, String> source = Map.of("a/S.java", "package a; public interface S { void m(int one, int two); }");
        Class<?> named =
                Compiled.sources(folder.resolve("named"), source, "-parameters").loadClass("a.S");
        assertEquals(
                Schema.parse("package a; service S { m(1 i32 one, 2 i32 two); }"),
                JavaService.of(named).java().schema());
        Class<?> unnamed = Compiled.sources(folder.resolve("unnamed"), source).loadClass("a.S");
        refused(unnamed, "a.S.m, parameter 1: its name was not compiled in; compile with -parameters or give it @Name");
    }

    private static JavaService.JavaMethod method(JavaService service, String name) {
        return Objects.requireNonNull(service.methods().get(name), name);
    }

    private static void refused(Class<?> type, String said) {
        SchemaException e = assertThrows(SchemaException.class, () -> JavaService.of(type), type.getName());
        assertTrue(String.valueOf(e.getMessage()).contains(said), e.getMessage());
    }
}
