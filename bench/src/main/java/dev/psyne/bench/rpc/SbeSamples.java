package dev.psyne.bench.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.agrona.generation.CompilerUtil;
import org.agrona.generation.StringWriterOutputManager;
import uk.co.real_logic.sbe.generation.java.JavaGenerator;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** Simple Binary Encoding: its flyweights are generated and compiled when it is asked for, together with what uses them. */
final class SbeSamples {
    private static final String PACKAGE = "dev.psyne.bench.rpc.sbe";
    private static final String BUFFER = "org.agrona.MutableDirectBuffer";
    private static final String READ_BUFFER = "org.agrona.DirectBuffer";

    private SbeSamples() {}

    /** The codec, whose source is the resource {@code SbeCodec.txt}. */
    static SampleCodec generated() throws IOException {
        Map<String, CharSequence> sources = new HashMap<>();
        String name = PACKAGE + ".SbeCodec";
        try (InputStream schema = resource("sample-sbe.xml");
                InputStream source = resource("SbeCodec.txt")) {
            Ir ir = new IrGenerator()
                    .generate(XmlSchemaParser.parse(
                            schema, ParserOptions.builder().stopOnError(true).build()));
            StringWriterOutputManager output = new StringWriterOutputManager();
            output.setPackageName(ir.applicableNamespace());
            new JavaGenerator(ir, BUFFER, READ_BUFFER, false, false, false, output).generate();
            sources.putAll(output.getSources());
            sources.put(name, new String(source.readAllBytes(), StandardCharsets.UTF_8));
            Class<?> compiled = Objects.requireNonNull(CompilerUtil.compileInMemory(name, sources), "SBE's code");
            return (SampleCodec) compiled.getConstructor().newInstance();
        } catch (IOException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException("SBE's code cannot be generated here: it takes a JDK", failure);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(SbeSamples.class.getResourceAsStream(name), name);
    }
}
