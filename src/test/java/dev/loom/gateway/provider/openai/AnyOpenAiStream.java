package dev.loom.gateway.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Streams of chunks in runs of one shape, most of them in order, with other things between the runs. */
final class AnyOpenAiStream implements ArbitrarySupplier<byte[]> {

    private static final List<String> TEXTS = List.of(
            "",
            "Hi",
            " there",
            "\u00e9\u6f22\ud83d\ude00",
            "\\n\\\"\\\\",
            "\\u00e9",
            "\\ud800",
            "\\x",
            "\"",
            "\t",
            "\u007f",
            "]}",
            "{}");

    /** Shapes of chunks; {@code %s} is where the text goes. */
    private static final List<String> DELTAS = List.of(
            "{'content':'%s'}",
            "{'content':'%s'}",
            "{'content':'%s','reasoning_content':null}",
            "{'content':null,'reasoning_content':'%s'}",
            "{'reasoning':'%s','refusal':'%s'}",
            "{'role':'assistant','content':'%s'}",
            "{'content':'%s','content':''}",
            "{'content':'%s','content':null}",
            "{'content':['%s']}",
            "{'content':'%s','other':'%s'}",
            "{'content':'%s','tool_calls':[]}",
            "{'content':'','reasoning_details':[{'text':'%s'}]}",
            "{'tool_calls':[{'index':0,'id':'a','type':'function','function':{'name':'f','arguments':'%s'}}]}",
            "{'tool_calls':[{'index':0,'id':'%s','type':'function','function':{'name':'f','arguments':''}}]}",
            "{'tool_calls':[{'index':1,'id':'b','type':'function','function':{'name':'g','arguments':'%s'}}]}",
            "{'tool_calls':[{'index':0,'function':{'arguments':'%s'}}]}",
            "{'tool_calls':[{'index':0,'function':{'arguments':'%s'}}]}",
            "{'tool_calls':[{'index':1,'function':{'arguments':'%s'}}]}",
            "{'tool_calls':[{'index':0,'function':{'name':'%s','arguments':'x'}}]}",
            "{'content':'%s','tool_calls':[{'index':0,'function':{'arguments':'%s'}}]}",
            "{'tool_calls':[{'function':{'arguments':'%s'}}]}",
            "{}");

    private static final List<String> CHUNKS = List.of(
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null}],'obfuscation':'%s'}",
            "{'p':'%s','id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'delta':DELTA,'index':0,'finish_reason':null}],'usage':null}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':1,'delta':DELTA,'finish_reason':null}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':8,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null}]}",
            "{'id':'%s','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':''}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'delta':{},'finish_reason':null}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null},{'index':1,'delta':DELTA,'finish_reason':null}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null,'error':'%s'}]}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':null}],'usage':{'prompt_tokens':3}}",
            "{'id':'c1','object':'chat.completion.chunk','created':7,'model':'m-1','choices':[{'index':0,'delta':DELTA,'finish_reason':'stop'}]}");

    private static final List<String> OTHERS =
            List.of("data: {}\n\n", ": ping\n\n", "data: \n\n", "event: error\n", "data: [DONE]\n\n", "data: ");

    @Override
    public Arbitrary<byte[]> get() {
        Arbitrary<String> chunk = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of(CHUNKS.subList(0, 3))), Tuple.of(3, Arbitraries.of(CHUNKS)));
        Arbitrary<String> shape = Combinators.combine(chunk, Arbitraries.of(DELTAS))
                .as((whole, delta) -> whole.replace("DELTA", delta).replace('\'', '"'));
        Arbitrary<String> text = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of(TEXTS.subList(0, 7))), Tuple.of(1, Arbitraries.of(TEXTS)));
        Arbitrary<String> run = Combinators.combine(
                        shape, text.list().ofMinSize(1).ofMaxSize(4))
                .as(AnyOpenAiStream::events);
        return Arbitraries.frequencyOf(Tuple.of(8, run), Tuple.of(1, Arbitraries.of(OTHERS)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(parts -> String.join("", parts).getBytes(UTF_8));
    }

    private static String events(String shape, List<String> texts) {
        StringBuilder events = new StringBuilder();
        texts.forEach(text ->
                events.append("data: ").append(shape.replace("%s", text)).append("\n\n"));
        return events.toString();
    }
}
