"""The official client of the Model Context Protocol lists the node's tools and calls them: PSYNE_URL is a running node, PSYNE_IMAGE a picture."""

import base64
import os
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from mcp import Client

ADDRESS = urlsplit(os.environ["PSYNE_URL"])
PICTURE = Path(os.environ["PSYNE_IMAGE"])


def connected():
    return Client(f"{ADDRESS.scheme}://{ADDRESS.netloc}/public/mcp")


class McpClientTest(unittest.IsolatedAsyncioTestCase):
    async def test_the_model_is_a_tool(self):
        async with connected() as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        self.assertLessEqual({"vision__ask", "vision__answer", "vision__models"}, tools.keys())
        self.assertIn("question", tools["vision__ask"].input_schema["properties"])

    async def test_a_picture_is_answered(self):
        picture = {"_rtype": "bytes", "_rvalue": base64.b64encode(PICTURE.read_bytes()).decode("ascii")}
        async with connected() as client:
            result = await client.call_tool("vision__ask", {"image": picture, "question": "What is in the picture?"})
        self.assertFalse(result.is_error)
        self.assertTrue(result.content[0].text.strip())

    async def test_a_mistake_is_told_to_the_model(self):
        async with connected() as client:
            result = await client.call_tool("vision__ask", {"question": "What is in the picture?"})
        self.assertTrue(result.is_error)
        self.assertIn("picture", result.content[0].text)


if __name__ == "__main__":
    unittest.main()
