package dev.loom.gateway.testing;

import static dev.loom.gateway.testing.Voice.json;
import static dev.loom.gateway.testing.Voice.quoted;

import java.util.ArrayList;
import java.util.List;

/** How OpenAI and Azure speak. */
public final class OpenAiVoice implements Voice {

    private static final String ENVELOPE = "{'id':'c','object':'%s','created':1,'model':'m','choices':[%s],'usage':%s}";
    private static final String USAGE = "{'prompt_tokens':5,'completion_tokens':7,'total_tokens':12}";

    @Override
    public String answer(Said said) {
        String message = json(
                "{'role':'assistant','content':%s,'refusal':%s%s%s}",
                said.text().isEmpty() || said.isRefusal() ? "null" : quoted(said.text()),
                said.isRefusal() ? quoted(said.text()) : "null",
                said.reasoning().isEmpty() ? "" : ",\"reasoning_content\":" + quoted(said.reasoning()),
                said.calls().isEmpty() ? "" : ",\"tool_calls\":[" + String.join(",", calls(said)) + "]");
        String choice = json("{'index':0,'message':%s,'logprobs':null,'finish_reason':'%s'}", message, end(said));
        return json(ENVELOPE, "chat.completion", choice, json(USAGE));
    }

    private static List<String> calls(Said said) {
        List<String> calls = new ArrayList<>();
        for (Said.Call call : said.calls()) {
            calls.add(json(
                    "{'index':%d,'id':'%s','type':'function','function':{'name':'%s','arguments':%s}}",
                    calls.size(), call.id(), call.name(), quoted(call.arguments())));
        }
        return calls;
    }

    private static String end(Said said) {
        return said.isRefusal() ? "stop" : said.end();
    }

    @Override
    public List<String> events(Said said) {
        List<String> events = new ArrayList<>();
        events.add(chunk("{'role':'assistant','content':''}", "null"));
        if (!said.reasoning().isEmpty()) {
            events.add(chunk("{'reasoning_content':" + quoted(said.reasoning()) + "}", "null"));
        }
        if (!said.text().isEmpty()) {
            events.add(chunk(
                    "{'" + (said.isRefusal() ? "refusal" : "content") + "':" + quoted(said.text()) + "}", "null"));
        }
        calls(said).forEach(call -> events.add(chunk("{'tool_calls':[" + call + "]}", "null")));
        events.add(chunk("{}", "'" + end(said) + "'"));
        events.add("data: " + json(ENVELOPE, "chat.completion.chunk", "", json(USAGE)) + "\n\n");
        events.add("data: [DONE]\n\n");
        return events;
    }

    private static String chunk(String delta, String reason) {
        String choice = json("{'index':0,'delta':%s,'finish_reason':%s}", json(delta), json(reason));
        return "data: " + json(ENVELOPE, "chat.completion.chunk", choice, "null") + "\n\n";
    }

    @Override
    public String error(int status, String message) {
        return json("{'error':{'message':'%s','type':'t','param':null,'code':null}}", message);
    }

    @Override
    public String embeddings() {
        return json("{'object':'list','model':'m','data':[{'object':'embedding','index':0,'embedding':[1]},"
                + "{'object':'embedding','index':1,'embedding':[2]}],'usage':{'prompt_tokens':2,'total_tokens':2}}");
    }
}
