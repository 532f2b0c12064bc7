package dev.psyne.node;

import dev.psyne.image.ImageException;
import dev.psyne.rpc.CallCancelledException;
import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcMethod;
import dev.psyne.vlm.QuestionException;
import dev.psyne.vlm.Sampling;
import java.util.Map;

/** {@code vision.ask} of psyne.v1: streams tokens under the caller's credit and ends with the whole answer. */
final class VisionMethod implements RpcMethod {
    private final Vision vision;

    VisionMethod(Vision vision) {
        this.vision = vision;
    }

    @Override
    public Object invoke(RpcCall call) throws InterruptedException {
        VisionRequest request = new VisionRequest(call.bytes("image"), call.string("question"), sampling(call));
        try {
            return AnswerFields.of(vision.ask(request, new CreditFlow(call)));
        } catch (BusyException e) {
            throw new RpcException("busy", String.valueOf(e.getMessage()));
        } catch (ImageException e) {
            throw new RpcException("invalid_image", String.valueOf(e.getMessage()));
        } catch (QuestionException e) {
            throw new RpcException("invalid_question", String.valueOf(e.getMessage()));
        }
    }

    private static Sampling sampling(RpcCall call) {
        double temperature = call.number("temperature", 0);
        try {
            return temperature == 0
                    ? Sampling.greedy()
                    : Sampling.topP(temperature, call.number("top_p", 1), (long) call.number("seed", 0));
        } catch (IllegalArgumentException e) {
            throw new RpcException("invalid_argument", String.valueOf(e.getMessage()));
        }
    }

    private record CreditFlow(RpcCall call) implements TokenFlow {
        @Override
        public boolean permit() throws InterruptedException {
            try {
                call.credit().acquire();
                return true;
            } catch (CallCancelledException e) {
                return false;
            }
        }

        @Override
        public boolean deliver(TokenMessage token) {
            try {
                call.send(Map.of("text", token.text(), "index", (long) token.index()));
                return true;
            } catch (CallCancelledException e) {
                return false;
            }
        }

        @Override
        public boolean cancelled() {
            return call.cancelled();
        }
    }
}
