// Clients that people use, against a gateway: base URL and key come as arguments. Each line of output is one thing that works.
import assert from "node:assert/strict";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@ai-sdk/anthropic";

const [url, key] = process.argv.slice(2);
const model = "gpt-4";
const works = (what) => console.log("works: " + what);
const messages = [{ role: "user", content: "hi" }];

const openai = new OpenAI({ baseURL: url + "/v1", apiKey: key });
assert.equal((await openai.chat.completions.create({ model, messages })).choices[0].message.content, "hello");
works("openai chat");
assert.equal((await openai.responses.create({ model, input: "hi" })).output_text, "hello");
let text = "";
for await (const event of await openai.responses.create({ model, input: "hi", stream: true })) {
  if (event.type === "response.output_text.delta") text += event.delta;
}
assert.equal(text, "hello");
works("openai responses");

const anthropic = new Anthropic({ baseURL: url, apiKey: key });
assert.equal((await anthropic.messages.create({ model, max_tokens: 9, messages })).content[0].text, "hello");
const stream = anthropic.messages.stream({ model, max_tokens: 9, messages });
assert.equal(await stream.finalText(), "hello");
works("@anthropic-ai/sdk messages");

const weather = tool({
  description: "The weather",
  inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } }, required: ["city"] }),
  execute: async ({ city }) => "fine in " + city,
});
const providers = {
  "@ai-sdk/openai": createOpenAI({ baseURL: url + "/v1", apiKey: key })(model),
  "@ai-sdk/anthropic": createAnthropic({ baseURL: url + "/v1", apiKey: key })(model),
};
for (const [name, spoken] of Object.entries(providers)) {
  assert.equal((await generateText({ model: spoken, prompt: "hi" })).text, "hello");
  assert.equal(await streamText({ model: spoken, prompt: "hi" }).text, "hello");
  works(name + " text");
  const answer = await generateText({ model: spoken, prompt: "weather?", tools: { weather }, stopWhen: stepCountIs(3) });
  assert.equal(answer.text, "hello");
  assert.equal(answer.steps.length, 2);
  works(name + " tools");
}
