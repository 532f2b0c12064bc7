package dev.psyne.node;

import dev.psyne.rpc.CallCancelledException;
import dev.psyne.rpc.RpcCall;
import dev.psyne.rpc.RpcException;
import dev.psyne.rpc.RpcMethod;
import dev.psyne.vlm.Cancellation;
import java.util.Map;

/** {@code vision.ask} of psyne.v1: streams tokens under the caller's credit and ends with the whole answer. */
final class VisionMethod implements RpcMethod {
    private final Vision vision;

    VisionMethod(Vision vision) {
        this.vision = vision;
    }

    @Override
    public Object invoke(RpcCall call) throws InterruptedException {
        Question question = VisionArguments.question(call);
        Cancellation cancellation = new Cancellation();
        call.onCancel(cancellation::cancel);
        try {
            return AnswerFields.of(vision.ask(question, new CreditFlow(call, cancellation)));
        } catch (RuntimeException e) {
            throw Refusal.of(e)
                    .<RuntimeException>map(refusal -> new RpcException(refusal.code(), refusal.sentence()))
                    .orElse(e);
        }
    }

    private record CreditFlow(RpcCall call, Cancellation cancellation) implements TokenFlow {
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
    }
}
