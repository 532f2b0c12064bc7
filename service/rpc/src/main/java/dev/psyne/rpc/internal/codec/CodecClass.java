package dev.psyne.rpc.internal.codec;

import dev.psyne.rpc.BrokenMessageException;
import dev.psyne.rpc.internal.schema.Type;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * The class file of a codec: what {@link ReferenceCodec} does, written out for one record. The codecs of its fields are
 * constants that come with the class, so that the compiler of the JVM sees through them.
 *
 * <pre>{@code
 * long write(Object value, MessageWriter writer) {
 *     long at = writer.begin(24, "Picture");
 *     writer.f64(at + 8, ((Picture) value).scale());
 *     TEXT.write(writer, at + 16, MessageWriter.required(((Picture) value).caption(), "Picture.caption"), "Picture.caption");
 *     writer.end();
 *     return at;
 * }
 * }</pre>
 */
final class CodecClass {
    private static final ClassDesc CODEC = RecordCodec.class.describeConstable().orElseThrow();
    private static final ClassDesc VALUE = ValueCodec.class.describeConstable().orElseThrow();
    private static final ClassDesc WRITER =
            MessageWriter.class.describeConstable().orElseThrow();
    private static final ClassDesc READER =
            MessageReader.class.describeConstable().orElseThrow();
    private static final ClassDesc REFUSAL =
            RuntimeException.class.describeConstable().orElseThrow();
    private static final ClassDesc BROKEN =
            BrokenMessageException.class.describeConstable().orElseThrow();
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc STRING = ConstantDescs.CD_String;
    private static final ClassDesc LONG = ConstantDescs.CD_long;
    private static final ClassDesc INT = ConstantDescs.CD_int;
    private static final ClassDesc VOID = ConstantDescs.CD_void;
    private static final ClassDesc BOOLEAN = ConstantDescs.CD_boolean;

    private static final int THIS = 0;

    /** Parameters of {@code write}, then its local variables. */
    private static final int VALUE_IN = 1;

    private static final int WRITER_IN = 2;
    private static final int WRITTEN_AT = 3;
    private static final int HELD = 5;

    /** Parameters of {@code read}, then its local variables. */
    private static final int READER_IN = 1;

    private static final int READ_AT = 2;

    private final RecordBinding binding;
    private final ClassDesc self;
    private final ClassDesc holder;
    private final String name;

    CodecClass(RecordBinding binding, String packageName) {
        this.binding = binding;
        this.name = binding.definition().name();
        this.holder = binding.holder().describeConstable().orElseThrow();
        this.self = ClassDesc.of(packageName, name.replaceAll("\\W", "_") + "$$Codec");
    }

    byte[] bytes() {
        return ClassFile.of()
                .build(
                        self,
                        type -> type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_PUBLIC)
                                .withSuperclass(CODEC)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        this::construct)
                                .withMethodBody("write", of(LONG, OBJECT, WRITER), ClassFile.ACC_PUBLIC, this::write)
                                .withMethodBody("read", of(OBJECT, READER, LONG), ClassFile.ACC_PUBLIC, this::read));
    }

    private static MethodTypeDesc of(ClassDesc result, ClassDesc... parameters) {
        return MethodTypeDesc.of(result, parameters);
    }

    private void construct(CodeBuilder code) {
        code.aload(THIS)
                .invokespecial(CODEC, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
    }

    private void write(CodeBuilder code) {
        code.aload(VALUE_IN).checkcast(holder).astore(VALUE_IN);
        code.aload(WRITER_IN).loadConstant(binding.layout().fixedBytes()).loadConstant(name);
        code.invokevirtual(WRITER, "begin", of(LONG, INT, STRING)).lstore(WRITTEN_AT);
        for (RecordBinding.FieldBinding field : binding.fields()) {
            if (field.isOptional()) {
                writeOptional(code, field);
            } else if (field.type().isPrimitive()) {
                code.aload(WRITER_IN);
                place(code, WRITTEN_AT, field.slot().at());
                component(code, field);
                code.invokevirtual(WRITER, scalar(field).word(), of(VOID, LONG, scalarDesc(field)));
            } else {
                component(code, field);
                code.loadConstant(field.where())
                        .invokestatic(WRITER, "required", of(OBJECT, OBJECT, STRING))
                        .astore(HELD);
                writeHeld(code, field);
            }
        }
        code.aload(WRITER_IN).invokevirtual(WRITER, "end", of(VOID));
        code.lload(WRITTEN_AT).lreturn();
    }

    private void writeOptional(CodeBuilder code, RecordBinding.FieldBinding field) {
        Label absent = code.newLabel();
        component(code, field);
        code.astore(HELD).aload(HELD).ifnull(absent);
        code.aload(WRITER_IN);
        place(code, WRITTEN_AT, field.slot().presenceAt());
        code.loadConstant(field.presenceMask()).invokevirtual(WRITER, "present", of(VOID, LONG, INT));
        writeHeld(code, field);
        code.labelBinding(absent);
    }

    private void writeHeld(CodeBuilder code, RecordBinding.FieldBinding field) {
        code.loadConstant(codec(field)).aload(WRITER_IN);
        place(code, WRITTEN_AT, field.slot().at());
        code.aload(HELD).loadConstant(field.where());
        code.invokeinterface(VALUE, "write", of(VOID, WRITER, LONG, OBJECT, STRING));
    }

    private void component(CodeBuilder code, RecordBinding.FieldBinding field) {
        code.aload(VALUE_IN);
        if (binding.isArray()) {
            code.loadConstant(field.index()).aaload();
        } else {
            code.invokevirtual(holder, binding.component(field).getName(), of(desc(field)));
        }
    }

    private void read(CodeBuilder code) {
        int end = code.allocateLocal(TypeKind.LONG);
        code.aload(READER_IN)
                .lload(READ_AT)
                .loadConstant(binding.layout().requiredBytes())
                .loadConstant(name);
        code.invokevirtual(READER, "begin", of(LONG, LONG, INT, STRING)).lstore(end);
        int[] locals = new int[binding.fields().size()];
        for (RecordBinding.FieldBinding field : binding.fields()) {
            TypeKind kind = TypeKind.from(desc(field));
            locals[field.index()] = code.allocateLocal(kind);
            if (field.isOptional()) {
                readOptional(code, field, end, locals[field.index()]);
            } else {
                readField(code, field);
                code.storeLocal(kind, locals[field.index()]);
            }
        }
        code.aload(READER_IN).invokevirtual(READER, "end", of(VOID));
        if (binding.isArray()) {
            array(code, locals);
        } else {
            record(code, locals);
        }
        code.areturn();
    }

    private void readOptional(CodeBuilder code, RecordBinding.FieldBinding field, int end, int local) {
        Label absent = code.newLabel();
        code.aconst_null().astore(local);
        code.aload(READER_IN).lload(end);
        place(code, READ_AT, field.slot().presenceAt());
        code.loadConstant(field.presenceMask());
        place(code, READ_AT, field.slot().end());
        code.loadConstant(field.where());
        code.invokevirtual(READER, "present", of(BOOLEAN, LONG, LONG, INT, LONG, STRING))
                .ifeq(absent);
        readField(code, field);
        code.astore(local).labelBinding(absent);
    }

    private void readField(CodeBuilder code, RecordBinding.FieldBinding field) {
        if (field.type() == boolean.class) {
            code.aload(READER_IN);
            place(code, READ_AT, field.slot().at());
            code.loadConstant(field.where()).invokevirtual(READER, "bool", of(BOOLEAN, LONG, STRING));
        } else if (field.type().isPrimitive()) {
            code.aload(READER_IN);
            place(code, READ_AT, field.slot().at());
            code.invokevirtual(READER, scalar(field).word(), of(scalarDesc(field), LONG));
        } else {
            code.loadConstant(codec(field)).aload(READER_IN);
            place(code, READ_AT, field.slot().at());
            code.loadConstant(field.where()).invokeinterface(VALUE, "read", of(OBJECT, READER, LONG, STRING));
            code.checkcast(desc(field));
        }
    }

    private static void array(CodeBuilder code, int[] locals) {
        code.loadConstant(locals.length).anewarray(OBJECT);
        for (int i = 0; i < locals.length; i++) {
            code.dup().loadConstant(i).aload(locals[i]).aastore();
        }
    }

    /** What its constructor refuses is broken. */
    private void record(CodeBuilder code, int[] locals) {
        ClassDesc[] types = new ClassDesc[locals.length];
        binding.fields().forEach(field -> types[field.index()] = desc(field));
        code.trying(
                within -> {
                    within.new_(holder).dup();
                    for (int i = 0; i < locals.length; i++) {
                        within.loadLocal(TypeKind.from(types[i]), locals[i]);
                    }
                    within.invokespecial(holder, ConstantDescs.INIT_NAME, MethodTypeDesc.of(VOID, types));
                },
                catches -> catches.catching(
                        REFUSAL,
                        refused -> refused.loadConstant(name)
                                .invokestatic(READER, "refused", of(BROKEN, REFUSAL, STRING))
                                .athrow()));
    }

    private static void place(CodeBuilder code, int recordAt, int offset) {
        code.lload(recordAt).loadConstant((long) offset).ladd();
    }

    private static Type.Scalar scalar(RecordBinding.FieldBinding field) {
        return ((ScalarCodec) field.codec()).type();
    }

    private static ClassDesc scalarDesc(RecordBinding.FieldBinding field) {
        return ((ScalarCodec) field.codec()).primitive().describeConstable().orElseThrow();
    }

    private static ClassDesc desc(RecordBinding.FieldBinding field) {
        return field.type().describeConstable().orElseThrow();
    }

    private DynamicConstantDesc<?> codec(RecordBinding.FieldBinding field) {
        List<RecordBinding.FieldBinding> fields = binding.fields();
        return DynamicConstantDesc.ofNamed(
                ConstantDescs.BSM_CLASS_DATA_AT, ConstantDescs.DEFAULT_NAME, VALUE, fields.indexOf(field));
    }
}
