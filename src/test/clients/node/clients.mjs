// Clients that people use, against a gateway: base URL and key come as arguments. Each line of output is what works with one.
import assert from "node:assert/strict";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { embed, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

const [url, key] = process.argv.slice(2);
const model = "gpt-4";
const works = (client, ...features) => console.log("works: " + [client, ...features].join(" | "));
const messages = [{ role: "user", content: "hi" }];
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };
const all = async (stream, text) => {
  let said = "";
  for await (const event of stream) said += text(event) ?? "";
  return said;
};

{
  const { chat, embeddings, models } = new OpenAI({ baseURL: url + "/v1", apiKey: key });
  const ask = async (more) => (await chat.completions.create({ model, messages, ...more })).choices[0].message;
  assert.equal((await ask({})).content, "hello");
  const stream = await chat.completions.create({ model, messages, stream: true });
  assert.equal(await all(stream, (chunk) => chunk.choices[0]?.delta.content), "hello");
  const tools = [{ type: "function", function: { name: "weather", parameters: schema } }];
  const turn = await ask({ tools });
  const result = { role: "tool", tool_call_id: turn.tool_calls[0].id, content: "fine" };
  assert.equal((await ask({ tools, messages: [...messages, turn, result] })).content, "hello");
  const response_format = { type: "json_schema", json_schema: { name: "place", schema, strict: true } };
  assert.deepEqual(JSON.parse((await ask({ response_format })).content), { city: "Rome" });
  assert.deepEqual((await embeddings.create({ model, input: "hi" })).data[0].embedding, [0.5, -0.25]);
  await assert.rejects(ask({ model: "none" }), OpenAI.NotFoundError);
  assert.equal((await ask({ model: "limited" })).content, "hello");
  const endless = await chat.completions.create({ model: "slow", messages, stream: true });
  for await (const chunk of endless) if (chunk.choices[0].delta.content) break;
  assert.equal((await models.list()).data.length, 3);
  works("openai (Node), chat", "chat", "stream", "tools", "structured output", "embeddings", "error",
    "429, then an answer", "abort");
}
{
  const { responses } = new OpenAI({ baseURL: url + "/v1", apiKey: key });
  assert.equal((await responses.create({ model, input: "hi" })).output_text, "hello");
  const stream = await responses.create({ model, input: "hi", stream: true });
  assert.equal(await all(stream, (event) => event.type === "response.output_text.delta" && event.delta || ""), "hello");
  const tools = [{ type: "function", name: "weather", parameters: schema, strict: true }];
  const called = (await responses.create({ model, input: "weather?", tools })).output[0];
  const result = { type: "function_call_output", call_id: called.call_id, output: "fine" };
  assert.equal((await responses.create({ model, input: [...messages, called, result], tools })).output_text, "hello");
  await assert.rejects(responses.create({ model: "none", input: "hi" }), OpenAI.NotFoundError);
  assert.equal((await responses.create({ model: "limited", input: "hi" })).output_text, "hello");
  works("openai (Node), responses", "chat", "stream", "tools", "error", "429, then an answer");
}
{
  const claude = new Anthropic({ baseURL: url, apiKey: key }).messages;
  const ask = (more) => claude.create({ model, max_tokens: 9, messages, ...more });
  assert.equal((await ask({})).content[0].text, "hello");
  assert.equal(await claude.stream({ model, max_tokens: 9, messages }).finalText(), "hello");
  const tools = [{ name: "weather", input_schema: schema }];
  const turn = await ask({ tools });
  const result = { type: "tool_result", tool_use_id: turn.content[0].id, content: "fine" };
  const history = [...messages, { role: "assistant", content: turn.content }, { role: "user", content: [result] }];
  assert.equal((await ask({ tools, messages: history })).content[0].text, "hello");
  await assert.rejects(ask({ model: "none" }), Anthropic.NotFoundError);
  assert.equal((await ask({ model: "limited" })).content[0].text, "hello");
  const endless = claude.stream({ model: "slow", max_tokens: 9, messages });
  for await (const event of endless) if (event.type === "content_block_delta") break;
  works("@anthropic-ai/sdk", "chat", "stream", "tools", "error", "429, then an answer", "abort");
}
{
  const { models } = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  assert.equal((await models.generateContent({ model, contents: "hi" })).text, "hello");
  assert.equal(await all(await models.generateContentStream({ model, contents: "hi" }), (part) => part.text), "hello");
  const tools = [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: schema }] }];
  const called = await models.generateContent({ model, contents: "weather?", config: { tools } });
  assert.deepEqual(called.functionCalls[0].args, { city: "Rome" });
  works("@google/genai", "chat", "stream", "tools");
}

const weather = tool({
  description: "The weather",
  inputSchema: jsonSchema(schema),
  execute: async ({ city }) => "fine in " + city,
});
const providers = {
  "@ai-sdk/openai": createOpenAI({ baseURL: url + "/v1", apiKey: key }),
  "@ai-sdk/anthropic": createAnthropic({ baseURL: url + "/v1", apiKey: key }),
  "@ai-sdk/openai-compatible": createOpenAICompatible({
    name: "loom",
    baseURL: url + "/v1",
    apiKey: key,
    supportsStructuredOutputs: true,
  }),
};
for (const [name, provider] of Object.entries(providers)) {
  const spoken = provider(model);
  const features = ["chat", "stream", "tools", "error", "429, then an answer"];
  assert.equal((await generateText({ model: spoken, prompt: "hi" })).text, "hello");
  assert.equal(await streamText({ model: spoken, prompt: "hi" }).text, "hello");
  const answer = await generateText({ model: spoken, prompt: "weather?", tools: { weather }, stopWhen: stepCountIs(3) });
  assert.equal(answer.text, "hello");
  assert.equal(answer.steps.length, 2);
  await assert.rejects(generateText({ model: provider("none"), prompt: "hi", maxRetries: 0 }), { statusCode: 404 });
  assert.equal((await generateText({ model: provider("limited"), prompt: "hi" })).text, "hello");
  if (name !== "@ai-sdk/anthropic") {
    const { object } = await generateObject({ model: spoken, prompt: "hi", schema: jsonSchema(schema) });
    assert.deepEqual(object, { city: "Rome" });
    const vectors = (provider.textEmbeddingModel ?? provider.embeddingModel)(model);
    assert.deepEqual((await embed({ model: vectors, value: "hi" })).embedding, [0.5, -0.25]);
    features.push("structured output", "embeddings");
  }
  works(name, ...features);
}
