package dev.psyne.bench.tensor;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Map;

/** One product of onnxruntime, open until closed. */
final class OnnxProduct implements AutoCloseable {
    private final OrtSession session;
    private final OnnxTensor input;

    /** Loads the runtime's library, which it brings along. */
    OnnxProduct(byte[] model, int threads, float[] rows, int inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(model, options);
        }
        FloatBuffer direct = ByteBuffer.allocateDirect(rows.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(rows)
                .flip();
        this.input = OnnxTensor.createTensor(environment, direct, new long[] {rows.length / inputs, inputs});
    }

    void multiply() {
        try (OrtSession.Result result = session.run(Map.of(OnnxModel.INPUT, input))) {
            if (result.size() == 0) {
                throw new IllegalStateException("onnxruntime gave no result");
            }
        } catch (OrtException failure) {
            throw new IllegalStateException("onnxruntime", failure);
        }
    }

    /** The sums times the scale of the rows. */
    float[] result() throws OrtException {
        try (OrtSession.Result result = session.run(Map.of(OnnxModel.INPUT, input))) {
            IntBuffer sums = tensor(result, OnnxModel.OUTPUT).getIntBuffer();
            float scale = tensor(result, OnnxModel.SCALE).getFloatBuffer().get(0);
            float[] values = new float[sums.remaining()];
            for (int i = 0; i < values.length; i++) {
                values[i] = sums.get(i) * scale;
            }
            return values;
        }
    }

    private static OnnxTensor tensor(OrtSession.Result result, String name) {
        return (OnnxTensor) result.get(name).orElseThrow();
    }

    @Override
    public void close() {
        input.close();
        try {
            session.close();
        } catch (OrtException failure) {
            throw new IllegalStateException("onnxruntime", failure);
        }
    }
}
