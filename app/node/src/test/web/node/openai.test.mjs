// OpenAI's own client for JavaScript against a running node: answers whole and streamed, models, refusals.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import OpenAI from 'openai';
import { firstScene, token, urlOf } from '../fixtures/node.mjs';

const clientWith = apiKey => new OpenAI({ baseURL: urlOf('/v1').href, apiKey, maxRetries: 0 });
const client = clientWith(token ?? 'none is needed');

let model;
let scene;
let picture;

before(async () => {
  scene = await firstScene();
  picture = `data:${scene.type};base64,${Buffer.from(scene.bytes).toString('base64')}`;
  [model] = (await client.models.list()).data;
  // The node is up before its model is; whoever asks waits for it.
  await client.chat.completions.create(asking(picture, scene.question));
  [model] = (await client.models.list()).data;
});

function asking(url, text, more = {}) {
  const content = [{ type: 'image_url', image_url: { url } }, { type: 'text', text }];
  return { model: model.id, temperature: 0, messages: [{ role: 'user', content }], ...more };
}

test('the model is listed with what it knows', () => {
  assert.equal(model.object, 'model');
  assert.equal(model.psyne.state, 'ready');
  assert.ok(model.psyne.knows.length > 20);
});

test('a whole answer', async () => {
  const { object, choices: [choice], usage } = await client.chat.completions.create(asking(picture, scene.question));
  assert.equal(object, 'chat.completion');
  assert.equal(choice.message.role, 'assistant');
  assert.ok(choice.message.content.length > 0);
  assert.equal(choice.finish_reason, 'stop');
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
});

test('a streamed answer has the words of the whole one', async () => {
  const whole = await client.chat.completions.create(asking(picture, scene.question));
  const stream = await client.chat.completions.create(asking(picture, scene.question, { stream: true, stream_options: { include_usage: true } }));
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const choices = chunks.flatMap(chunk => chunk.choices);
  assert.equal(choices.map(({ delta }) => delta.content ?? '').join(''), whole.choices[0].message.content);
  assert.deepEqual(choices.map(choice => choice.finish_reason).filter(Boolean), ['stop']);
  assert.equal(chunks.at(-1).usage.completion_tokens, whole.usage.completion_tokens);
});

test('probabilities are told with the tokens', async () => {
  const { choices: [{ logprobs }] } = await client.chat.completions.create(asking(picture, scene.question, { logprobs: true }));
  assert.ok(logprobs.content.length > 0);
  for (const { token, logprob } of logprobs.content) {
    assert.equal(typeof token, 'string');
    assert.ok(logprob <= 0);
  }
});

/** A conversation with two pictures, for the model that talks. */
async function talking(more = {}) {
  const talker = (await client.models.list()).data.find(({ psyne }) => psyne.talks);
  const image = { type: 'image_url', image_url: { url: picture } };
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [image, { type: 'text', text: 'What is this?' }, image] },
    { role: 'assistant', content: 'A scene.' },
    { role: 'user', content: 'And what else?' },
  ];
  return { model: talker.id, max_tokens: 8, messages, ...more };
}

test('a model that talks is given the whole conversation, and knows it the second time', async () => {
  const first = await client.chat.completions.create(await talking({ logprobs: true, top_logprobs: 2 }));
  assert.ok(['length', 'stop'].includes(first.choices[0].finish_reason));
  assert.ok(first.usage.prompt_tokens > 128, 'two pictures are in the prompt');
  for (const { top_logprobs: top } of first.choices[0].logprobs.content) assert.equal(top.length, 2);
  const second = await client.chat.completions.create(await talking());
  assert.equal(second.choices[0].message.content, first.choices[0].message.content);
  assert.ok(second.usage.prompt_tokens_details.cached_tokens > 64);
});

test('a conversation longer than the context is refused by its code', async () => {
  const request = await talking();
  request.messages.at(-1).content = 'word '.repeat(20_000);
  await assert.rejects(client.chat.completions.create(request), problem => {
    assert.ok(problem instanceof OpenAI.BadRequestError, `${problem}`);
    assert.equal(problem.code, 'context_length_exceeded');
    return true;
  });
});

test('the same seed gives the same words', async () => {
  const ask = () => client.chat.completions.create(asking(picture, scene.question, { temperature: 1, top_p: 0.9, seed: 7 }));
  const [one, other] = [await ask(), await ask()];
  assert.equal(one.choices[0].message.content, other.choices[0].message.content);
});

test('a stream that is left is ended, and the node answers the next question', async () => {
  const stream = await client.chat.completions.create(asking(picture, scene.question, { stream: true }));
  for await (const chunk of stream) {
    assert.equal(chunk.object, 'chat.completion.chunk');
    break;
  }
  await client.chat.completions.create(asking(picture, scene.question));
});

test('an unknown model, a picture from elsewhere, no picture and no question are refused with a sentence', async () => {
  const refusals = [
    [asking(picture, 'What?', { model: 'gpt-unknown' }), OpenAI.NotFoundError, /gpt-unknown/],
    [asking('https://example.org/cat.png', 'What?'), OpenAI.BadRequestError, /data:/],
    [asking('data:image/png;base64,aGVsbG8=', 'What?'), OpenAI.BadRequestError, /./],
    [{ model: model.id, messages: [{ role: 'user', content: 'What?' }] }, OpenAI.BadRequestError, /picture/],
    [asking(picture, ''), OpenAI.BadRequestError, /question/i],
  ];
  for (const [request, kind, message] of refusals) {
    await assert.rejects(client.chat.completions.create(request), problem => {
      assert.ok(problem instanceof kind, `${problem}`);
      assert.match(problem.message, message);
      return true;
    });
  }
});

test('a wrong token is refused by a node that asks for one, and means nothing to another', async () => {
  const listing = clientWith('wrong').models.list();
  if (token) await assert.rejects(listing, OpenAI.AuthenticationError);
  else assert.equal((await listing).data[0].id, model.id);
});
