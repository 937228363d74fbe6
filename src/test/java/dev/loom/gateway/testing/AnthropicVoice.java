package dev.loom.gateway.testing;

import static dev.loom.gateway.testing.Voice.json;
import static dev.loom.gateway.testing.Voice.quoted;

import java.util.ArrayList;
import java.util.List;

/** How Anthropic speaks, at home and on Vertex AI. */
public final class AnthropicVoice implements Voice {

    private static final String MESSAGE = "{'id':'msg_1','type':'message','role':'assistant','model':'claude',"
            + "'content':[%s],'stop_reason':%s,%s'usage':{'input_tokens':5,'output_tokens':%d}}";

    @Override
    public String answer(Said said) {
        List<String> blocks = new ArrayList<>();
        if (!said.reasoning().isEmpty()) {
            blocks.add(json("{'type':'thinking','thinking':%s,'signature':'c2ln'}", quoted(said.reasoning())));
        }
        if (!said.text().isEmpty() && !said.isRefusal()) {
            blocks.add(json("{'type':'text','text':%s}", quoted(said.text())));
        }
        said.calls().forEach(call -> blocks.add(tool(call, call.arguments())));
        return json(MESSAGE, String.join(",", blocks), json("'%s'", end(said)), details(said), Said.COMPLETION_TOKENS);
    }

    private static String tool(Said.Call call, String input) {
        return json("{'type':'tool_use','id':'%s','name':'%s','input':%s}", call.id(), call.name(), input);
    }

    private static String details(Said said) {
        return said.isRefusal() ? json("'stop_details':{'type':'refusal','explanation':%s},", quoted(said.text())) : "";
    }

    private static String end(Said said) {
        return switch (said.end()) {
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            case "refusal" -> "refusal";
            default -> "end_turn";
        };
    }

    @Override
    public List<String> events(Said said) {
        List<String> events = new ArrayList<>();
        events.add(event("message_start", json("'message':%s", json(MESSAGE, "", "null", "", 1))));
        int index = 0;
        if (!said.reasoning().isEmpty()) {
            block(
                    events,
                    index++,
                    json("{'type':'thinking','thinking':'','signature':''}"),
                    json("'type':'thinking_delta','thinking':%s", quoted(said.reasoning())));
        }
        if (!said.text().isEmpty() && !said.isRefusal()) {
            block(
                    events,
                    index++,
                    json("{'type':'text','text':''}"),
                    json("'type':'text_delta','text':%s", quoted(said.text())));
        }
        for (Said.Call call : said.calls()) {
            String json = call.arguments().equals("{}") ? "" : call.arguments();
            block(events, index++, tool(call, "{}"), json("'type':'input_json_delta','partial_json':%s", quoted(json)));
        }
        events.add(event(
                "message_delta",
                json("'delta':{%s'stop_reason':'%s'},'usage':{'output_tokens':7}", details(said), end(said))));
        events.add(event("message_stop", json("'x':0")));
        return events;
    }

    private static void block(List<String> events, int index, String start, String delta) {
        events.add(event("content_block_start", json("'index':%d,'content_block':%s", index, start)));
        events.add(event("content_block_delta", json("'index':%d,'delta':{%s}", index, delta)));
        events.add(event("content_block_stop", json("'index':%d", index)));
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: " + json("{'type':'%s',%s}", type, members) + "\n\n";
    }

    @Override
    public String error(int status, String message) {
        return json("{'type':'error','error':{'type':'%s','message':'%s'}}", type(status), message);
    }

    private static String type(int status) {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> "overloaded_error";
        };
    }

    @Override
    public String embeddings() {
        throw new AssertionError("Anthropic has no embeddings");
    }
}
