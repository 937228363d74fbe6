"""Clients that people use, against a gateway: base URL and key come as arguments. Each line of output is one thing that works."""

import sys

import anthropic
import google.genai as genai
import openai
from google.genai import types

URL, KEY = sys.argv[1:3]
MODEL = "gpt-4"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def works(what):
    print("works: " + what, flush=True)


def same(got, wanted):
    assert got == wanted, f"{got!r} is not {wanted!r}"


def refused(call, error):
    try:
        call()
    except error:
        return
    raise AssertionError(f"{error.__name__} expected")


client = openai.OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=2)
ask = [{"role": "user", "content": "hi"}]
same(client.chat.completions.create(model=MODEL, messages=ask).choices[0].message.content, "hello")
works("openai chat")
chunks = client.chat.completions.create(model=MODEL, messages=ask, stream=True)
same("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), "hello")
works("openai chat stream")
same(client.responses.create(model=MODEL, input="hi").output_text, "hello")
works("openai responses")
with client.responses.stream(model=MODEL, input="hi") as stream:
    kinds = [event.type for event in stream]
    same(stream.get_final_response().output_text, "hello")
same((kinds[0], kinds[-1]), ("response.created", "response.completed"))
works("openai responses stream")
first = client.responses.create(model=MODEL, input="one")
same(client.responses.create(model=MODEL, input="two", previous_response_id=first.id).output_text, "hello")
same(client.responses.retrieve(first.id).output_text, "hello")
works("openai responses one after another")
tool = {"type": "function", "name": "weather", "parameters": SCHEMA}
called = client.responses.create(model=MODEL, input="weather?", tools=[tool])
call = next(item for item in called.output if item.type == "function_call")
same(call.name, "weather")
answer = client.responses.create(
    model=MODEL,
    tools=[tool],
    input=[{"role": "user", "content": "weather?"}, call.model_dump(exclude_none=True),
           {"type": "function_call_output", "call_id": call.call_id, "output": "fine"}])
same(answer.output_text, "hello")
works("openai responses tools")
same(client.completions.create(model=MODEL, prompt="hi").choices[0].text, "hello")
works("openai completions")
same([model.id for model in client.models.list()], [MODEL, "limited"])
works("openai models")
refused(lambda: client.responses.create(model="none", input="hi"), openai.NotFoundError)
same(client.responses.create(model="limited", input="hi").output_text, "hello")
works("openai errors")
azure = openai.AzureOpenAI(azure_endpoint=URL, api_key=KEY, api_version="2024-10-21")
same(azure.chat.completions.create(model=MODEL, messages=ask).choices[0].message.content, "hello")
works("openai azure")

claude = anthropic.Anthropic(base_url=URL, api_key=KEY)
same(claude.messages.create(model=MODEL, max_tokens=9, messages=ask).content[0].text, "hello")
works("anthropic messages")
with claude.messages.stream(model=MODEL, max_tokens=9, messages=ask) as stream:
    same("".join(stream.text_stream), "hello")
    same(stream.get_final_message().stop_reason, "end_turn")
works("anthropic messages stream")
tools = [{"name": "weather", "input_schema": SCHEMA}]
turn = claude.messages.create(model=MODEL, max_tokens=9, messages=ask, tools=tools)
use = next(block for block in turn.content if block.type == "tool_use")
same(use.input, {"city": "Rome"})
result = {"type": "tool_result", "tool_use_id": use.id, "content": "fine"}
history = ask + [{"role": "assistant", "content": turn.content}, {"role": "user", "content": [result]}]
same(claude.messages.create(model=MODEL, max_tokens=9, messages=history, tools=tools).content[0].text, "hello")
works("anthropic messages tools")
assert claude.messages.count_tokens(model=MODEL, messages=ask).input_tokens > 0
works("anthropic count tokens")
same([model.id for model in claude.models.list()], [MODEL, "limited"])
works("anthropic models")
refused(lambda: claude.messages.create(model="none", max_tokens=9, messages=ask), anthropic.NotFoundError)
same(claude.messages.create(model="limited", max_tokens=9, messages=ask).content[0].text, "hello")
works("anthropic errors")
strange = anthropic.Anthropic(base_url=URL, api_key="wrong")
refused(lambda: strange.messages.create(model=MODEL, max_tokens=9, messages=ask), anthropic.AuthenticationError)
works("anthropic keys")

google = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=URL))
same(google.models.generate_content(model=MODEL, contents="hi").text, "hello")
works("google-genai content")
parts = google.models.generate_content_stream(model=MODEL, contents="hi")
same("".join(part.text or "" for part in parts), "hello")
works("google-genai content stream")
declared = types.Tool(function_declarations=[types.FunctionDeclaration(name="weather", parameters_json_schema=SCHEMA)])
asked = google.models.generate_content(
    model=MODEL, contents="weather?", config=types.GenerateContentConfig(tools=[declared]))
same(asked.function_calls[0].args, {"city": "Rome"})
works("google-genai tools")
assert google.models.count_tokens(model=MODEL, contents="hi").total_tokens > 0
works("google-genai count tokens")
same([model.name for model in google.models.list()], ["models/" + MODEL, "models/limited"])
works("google-genai models")
refused(lambda: google.models.generate_content(model="none", contents="hi"), genai.errors.ClientError)
works("google-genai errors")
