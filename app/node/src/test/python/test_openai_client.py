"""OpenAI's own client for Python gets a whole and a streamed answer: PSYNE_URL is a running node, PSYNE_IMAGE a picture."""

import base64
import mimetypes
import os
import unittest
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openai

ADDRESS = urlsplit(os.environ["PSYNE_URL"])
PICTURE = Path(os.environ["PSYNE_IMAGE"])
TOKEN = parse_qs(ADDRESS.query).get("token", ["none is needed"])[0]
MIME_TYPES = mimetypes.MimeTypes()
MIME_TYPES.add_type("image/webp", ".webp")


def asking(model, **more):
    """Arguments of a request about the picture."""
    mime_type, _ = MIME_TYPES.guess_type(PICTURE.name)
    encoded = base64.b64encode(PICTURE.read_bytes()).decode("ascii")
    content = [
        {"type": "image_url", "image_url": {"url": f"data:{mime_type};base64,{encoded}"}},
        {"type": "text", "text": "What is in the picture?"},
    ]
    return {"model": model, "temperature": 0, "messages": [{"role": "user", "content": content}], **more}


class OpenAIClientTest(unittest.TestCase):
    def setUp(self):
        base_url = f"{ADDRESS.scheme}://{ADDRESS.netloc}/v1"
        self.client = openai.OpenAI(base_url=base_url, api_key=TOKEN, max_retries=0)
        self.addCleanup(self.client.close)
        self.model = self.client.models.list().data[0].id

    def test_a_whole_answer(self):
        completion = self.client.chat.completions.create(**asking(self.model))
        choice = completion.choices[0]
        self.assertEqual(choice.message.role, "assistant")
        self.assertTrue(choice.message.content)
        self.assertEqual(choice.finish_reason, "stop")
        self.assertGreater(completion.usage.completion_tokens, 0)

    def test_a_streamed_answer_has_the_words_of_the_whole_one(self):
        whole = self.client.chat.completions.create(**asking(self.model))
        choices = [
            choice
            for chunk in self.client.chat.completions.create(**asking(self.model, stream=True))
            for choice in chunk.choices
        ]
        streamed = "".join(choice.delta.content or "" for choice in choices)
        self.assertEqual(streamed, whole.choices[0].message.content)
        self.assertEqual([choice.finish_reason for choice in choices if choice.finish_reason], ["stop"])

    def test_a_model_that_talks_is_given_the_whole_conversation(self):
        talker = next(model.id for model in self.client.models.list().data if model.psyne["talks"])
        request = asking(talker, max_tokens=6, logprobs=True, top_logprobs=2)
        request["messages"] = [
            {"role": "system", "content": "Be brief."},
            *request["messages"],
            {"role": "assistant", "content": "A scene."},
            {"role": "user", "content": "And what else?"},
        ]
        completion = self.client.chat.completions.create(**request)
        self.assertIn(completion.choices[0].finish_reason, ("length", "stop"))
        for token in completion.choices[0].logprobs.content:
            self.assertEqual(len(token.top_logprobs), 2)
        chunks = list(
            self.client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True})
        )
        self.assertEqual(chunks[-1].usage.prompt_tokens, completion.usage.prompt_tokens)
        self.assertGreater(chunks[-1].usage.prompt_tokens_details.cached_tokens, 0)

    def test_an_unknown_model_is_not_found(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.chat.completions.create(**asking("gpt-unknown"))
        self.assertIn("gpt-unknown", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
