import io.decant.gateway.EdgeModel;
import io.decant.gateway.Prediction;
import java.util.concurrent.TimeUnit;

/**
 * Answers in the program's own process. The arguments are a gateway's settings, such as model=student
 * cluster.bootstrap-servers=localhost:9092 cluster.schema-registry-url=http://localhost:8081
 * signatures.keys=trainer.public.pem
 */
public final class AnswerInProcess {
    private AnswerInProcess() {}

    public static void main(String[] settings) throws Exception {
        try (EdgeModel model = EdgeModel.open(settings)) {
            model.onSwap(swap -> System.out.println("now serving version " + swap.version()));
            model.ready().get(30, TimeUnit.SECONDS);

            byte[] input = new byte[model.spec().orElseThrow().input().bytes()];
            Prediction answer = model.predict(input);
            System.out.println(
                    "version " + answer.version() + " says class " + answer.classOf(0));
        }
    }
}
