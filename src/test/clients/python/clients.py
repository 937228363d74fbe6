"""Clients that people use, against a gateway: base URL and key come as arguments. Each line of output is what works with one."""

import asyncio
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or litellm would fetch it

import agents
import anthropic
import google.genai as genai
import litellm
import openai
import pydantic
from google.genai import types
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

URL, KEY = sys.argv[1:3]
MODEL = "gpt-4"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
ASK = [{"role": "user", "content": "hi"}]


class Place(pydantic.BaseModel):
    city: str


def works(client, *features):
    print("works: " + " | ".join((client,) + features), flush=True)


def same(got, wanted):
    assert got == wanted, f"{got!r} is not {wanted!r}"


def refused(call, error):
    try:
        call()
    except error:
        return
    raise AssertionError(f"{error.__name__} expected")


def openai_chat(client):
    chat = client.chat.completions
    same(chat.create(model=MODEL, messages=ASK).choices[0].message.content, "hello")
    chunks = chat.create(model=MODEL, messages=ASK, stream=True)
    same("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), "hello")
    tools = [{"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}]
    turn = chat.create(model=MODEL, messages=ASK, tools=tools).choices[0].message
    result = {"role": "tool", "tool_call_id": turn.tool_calls[0].id, "content": "fine"}
    same(chat.create(model=MODEL, messages=ASK + [turn, result], tools=tools).choices[0].message.content, "hello")
    same(chat.parse(model=MODEL, messages=ASK, response_format=Place).choices[0].message.parsed.city, "Rome")
    same(client.embeddings.create(model=MODEL, input="hi").data[0].embedding, [0.5, -0.25])
    refused(lambda: chat.create(model="none", messages=ASK), openai.NotFoundError)
    same(chat.create(model="limited", messages=ASK).choices[0].message.content, "hello")
    with chat.create(model="slow", messages=ASK, stream=True) as stream:
        next(iter(stream))
    same([model.id for model in client.models.list()], [MODEL, "limited", "slow"])
    same(client.completions.create(model=MODEL, prompt="hi").choices[0].text, "hello")
    azure = openai.AzureOpenAI(azure_endpoint=URL, api_key=KEY, api_version="2024-10-21")
    same(azure.chat.completions.create(model=MODEL, messages=ASK).choices[0].message.content, "hello")
    works("openai (Python), chat", "chat", "stream", "tools", "structured output", "embeddings", "error",
          "429, then an answer", "abort")


def openai_responses(client):
    responses = client.responses
    first = responses.create(model=MODEL, input="one")
    same(first.output_text, "hello")
    same(responses.create(model=MODEL, input="two", previous_response_id=first.id).output_text, "hello")
    same(responses.retrieve(first.id).output_text, "hello")
    with responses.stream(model=MODEL, input="hi") as stream:
        kinds = [event.type for event in stream]
        same(stream.get_final_response().output_text, "hello")
    same((kinds[0], kinds[-1]), ("response.created", "response.completed"))
    tool = {"type": "function", "name": "weather", "parameters": SCHEMA}
    called = responses.create(model=MODEL, input="weather?", tools=[tool])
    call = next(item for item in called.output if item.type == "function_call")
    answer = responses.create(model=MODEL, tools=[tool], input=[
        {"role": "user", "content": "weather?"}, call.model_dump(exclude_none=True),
        {"type": "function_call_output", "call_id": call.call_id, "output": "fine"}])
    same(answer.output_text, "hello")
    same(responses.parse(model=MODEL, input="hi", text_format=Place).output_parsed.city, "Rome")
    refused(lambda: responses.create(model="none", input="hi"), openai.NotFoundError)
    same(responses.create(model="limited", input="hi").output_text, "hello")
    with responses.create(model="slow", input="hi", stream=True) as stream:
        next(event for event in stream if event.type == "response.output_text.delta")
    works("openai (Python), responses", "chat", "stream", "tools", "structured output", "error", "429, then an answer",
          "abort")


def anthropic_messages():
    claude = anthropic.Anthropic(base_url=URL, api_key=KEY)
    messages = claude.messages
    same(messages.create(model=MODEL, max_tokens=9, messages=ASK).content[0].text, "hello")
    with messages.stream(model=MODEL, max_tokens=9, messages=ASK) as stream:
        same("".join(stream.text_stream), "hello")
        same(stream.get_final_message().stop_reason, "end_turn")
    tools = [{"name": "weather", "input_schema": SCHEMA}]
    turn = messages.create(model=MODEL, max_tokens=9, messages=ASK, tools=tools)
    use = next(block for block in turn.content if block.type == "tool_use")
    same(use.input, {"city": "Rome"})
    result = {"type": "tool_result", "tool_use_id": use.id, "content": "fine"}
    history = ASK + [{"role": "assistant", "content": turn.content}, {"role": "user", "content": [result]}]
    same(messages.create(model=MODEL, max_tokens=9, messages=history, tools=tools).content[0].text, "hello")
    assert messages.count_tokens(model=MODEL, messages=ASK).input_tokens > 0
    same([model.id for model in claude.models.list()], [MODEL, "limited", "slow"])
    refused(lambda: messages.create(model="none", max_tokens=9, messages=ASK), anthropic.NotFoundError)
    strange = anthropic.Anthropic(base_url=URL, api_key="wrong")
    refused(lambda: strange.messages.create(model=MODEL, max_tokens=9, messages=ASK), anthropic.AuthenticationError)
    same(messages.create(model="limited", max_tokens=9, messages=ASK).content[0].text, "hello")
    with messages.stream(model="slow", max_tokens=9, messages=ASK) as stream:
        next(iter(stream.text_stream))
    works("anthropic (Python)", "chat", "stream", "tools", "error", "429, then an answer", "abort")


def google_genai():
    google = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=URL))
    models = google.models
    same(models.generate_content(model=MODEL, contents="hi").text, "hello")
    parts = models.generate_content_stream(model=MODEL, contents="hi")
    same("".join(part.text or "" for part in parts), "hello")
    declared = types.Tool(function_declarations=[types.FunctionDeclaration(name="weather", parameters_json_schema=SCHEMA)])
    config = types.GenerateContentConfig(tools=[declared])
    asked = models.generate_content(model=MODEL, contents="weather?", config=config)
    same(asked.function_calls[0].args, {"city": "Rome"})
    result = types.Part.from_function_response(name="weather", response={"result": "fine"})
    history = [types.Content(role="user", parts=[types.Part(text="weather?")]), asked.candidates[0].content,
               types.Content(role="user", parts=[result])]
    same(models.generate_content(model=MODEL, contents=history, config=config).text, "hello")
    fits = types.GenerateContentConfig(response_mime_type="application/json", response_json_schema=SCHEMA)
    same(models.generate_content(model=MODEL, contents="hi", config=fits).text, '{"city":"Rome"}')
    same(models.embed_content(model=MODEL, contents="hi").embeddings[0].values, [0.5, -0.25])
    assert models.count_tokens(model=MODEL, contents="hi").total_tokens > 0
    same([model.name for model in models.list()], ["models/" + MODEL, "models/limited", "models/slow"])
    refused(lambda: models.generate_content(model="none", contents="hi"), genai.errors.ClientError)
    works("google-genai (Python)", "chat", "stream", "tools", "structured output", "embeddings", "error")


def pydantic_ai():
    model = OpenAIResponsesModel(MODEL, provider=OpenAIProvider(base_url=URL + "/v1", api_key=KEY))
    same(Agent(model).run_sync("hi").output, "hello")
    agent = Agent(model)

    @agent.tool_plain
    def weather(city: str) -> str:
        return "fine in " + city

    same(agent.run_sync("weather?").output, "hello")

    async def stream():
        async with Agent(model).run_stream("hi") as answer:
            return await answer.get_output()

    same(asyncio.run(stream()), "hello")
    works("pydantic-ai (`openai-responses:`)", "chat", "stream", "tools")


def openai_agents():
    agents.set_default_openai_client(openai.AsyncOpenAI(base_url=URL + "/v1", api_key=KEY), use_for_tracing=False)
    agents.set_tracing_disabled(True)

    @agents.function_tool
    def weather(city: str) -> str:
        """The weather."""
        return "fine in " + city

    async def run():
        plain = agents.Agent(name="a", model=MODEL)
        same((await agents.Runner.run(plain, "hi")).final_output, "hello")
        helped = agents.Agent(name="b", model=MODEL, tools=[weather])
        same((await agents.Runner.run(helped, "weather?")).final_output, "hello")
        streamed = agents.Runner.run_streamed(plain, "hi")
        async for _ in streamed.stream_events():
            pass
        same(streamed.final_output, "hello")
        typed = agents.Agent(name="c", model=MODEL, output_type=Place)
        same((await agents.Runner.run(typed, "hi")).final_output.city, "Rome")

    asyncio.run(run())
    works("openai-agents (Python)", "chat", "stream", "tools", "structured output")


def langchain_openai():
    for responses in (False, True):
        model = ChatOpenAI(model=MODEL, base_url=URL + "/v1", api_key=KEY, use_responses_api=responses)
        same(model.invoke("hi").text, "hello")
        same("".join(part.text for part in model.stream("hi")), "hello")
        tool = {"type": "function", "function": {"name": "weather", "description": "w", "parameters": SCHEMA}}
        same(model.bind_tools([tool]).invoke("weather?").tool_calls[0]["args"], {"city": "Rome"})
    vectors = OpenAIEmbeddings(model=MODEL, base_url=URL + "/v1", api_key=KEY, check_embedding_ctx_length=False)
    same(vectors.embed_query("hi"), [0.5, -0.25])
    works("langchain-openai (Python), chat and responses", "chat", "stream", "tools", "embeddings")


def lite_llm():
    for name, base in (("openai/", URL + "/v1"), ("anthropic/", URL)):
        ask = dict(model=name + MODEL, messages=ASK, api_base=base, api_key=KEY)
        same(litellm.completion(**ask).choices[0].message.content, "hello")
        same("".join(c.choices[0].delta.content or "" for c in litellm.completion(**ask, stream=True)), "hello")
        tool = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
        called = litellm.completion(**ask, tools=[tool]).choices[0].message.tool_calls[0]
        same(called.function.name, "weather")
    works("litellm (Python), chat and messages", "chat", "stream", "tools")


spoken = openai.OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=2)
openai_chat(spoken)
openai_responses(spoken)
anthropic_messages()
google_genai()
pydantic_ai()
openai_agents()
langchain_openai()
lite_llm()
