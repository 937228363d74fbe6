package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.TokenCount;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.routing.ModelNotServed;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomCountMessages} and the like: how many tokens a prompt has, as the planner estimates them. */
public final class CountTokens implements Processor {

    /** How a language asks. */
    @FunctionalInterface
    public interface Reader {
        TokenCount read(RawRequest request) throws InvalidRequest;
    }

    private final Reader reader;
    private final Supplier<Gateway> gateway;
    private final Memory memory;

    /** @param memory for what has been kept of a conversation */
    public CountTokens(Reader reader, Supplier<Gateway> gateway, Memory memory) {
        this.reader = reader;
        this.gateway = gateway;
        this.memory = memory;
    }

    /**
     * For a language that has one path for all that can be asked. A count is an answer, so that the route ends with it.
     *
     * @param ending of the path of a question for a count
     */
    public static Processor among(String ending, CountTokens count, AcceptRequest accept) {
        return exchange -> {
            if (Passage.of(exchange).request().path().endsWith(ending)) {
                count.process(exchange);
                exchange.setRouteStop(true);
            } else {
                accept.process(exchange);
            }
        };
    }

    private static void admit(Gateway current, Passage passage, String model) throws RequestEnded {
        Optional<ClientKeys.Client> client = current.keys().find(passage.request());
        if (client.isPresent()) {
            AcceptRequest.checkAllowed(client.get(), model);
            ClientLimits.takeOne(client.get());
        }
    }

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Passage passage = Passage.of(exchange);
        JsonBody.require(passage.request());
        Gateway current = gateway.get();
        byte[] body = AcceptRequest.body(exchange);
        ClientKeys.Client client = current.keys().find(passage.request()).orElse(null);
        Turns.Turn turn = memory.turns().turn();
        try (Memory.Share share = memory.share()) {
            RawRequest raw = Received.of(passage.request(), body, current, client, turn.in(share));
            TokenCount count = reader.read(raw);
            AcceptRequest.checkModel(count.hub());
            admit(current, passage, count.hub().model());
            long tokens = current.planner().plan(count.hub()).request().inputTokens();
            ClientHeaders.enter(passage.request(), exchange.getMessage());
            exchange.getMessage().setBody(Reply.json(200, count.answer().apply(tokens)));
        } catch (InvalidRequest e) {
            throw RequestEnded.with(e.status(), e.error());
        } catch (ModelNotServed e) {
            throw RequestEnded.with(404, e.error());
        } finally {
            turn.release();
        }
    }
}
