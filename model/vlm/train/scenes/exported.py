"""The exported directory loaded back into the PyTorch net, for evaluating many questions at once."""

import json
import math
from pathlib import Path

import torch
from safetensors.numpy import load_file

from .export import FLAT, LAYER_TENSORS, TOP_TENSORS
from .net import ConvBlock, SceneNet
from .packing import attention_mask
from .words import BOS, EOS, PAD, SEP, Words


def dequantised(folder: Path) -> dict[str, torch.Tensor]:
    stored = {name: torch.from_numpy(value) for name, value in load_file(folder / "model.safetensors").items()}
    return {name: value.float() * stored[f"{name}.scale"].view(-1, *[1] * (value.dim() - 1)) if value.dtype == torch.int8 else value
            for name, value in stored.items() if not name.endswith(".scale")}


def fill(conv, norm, weight, bias) -> None:
    """A convolution whose batch norm only adds the bias."""
    conv.weight.copy_(weight)
    norm.weight.fill_(math.sqrt(1 + norm.eps))
    norm.running_mean.zero_()
    norm.running_var.fill_(1)
    norm.bias.copy_(bias)


class Exported:
    """Net, tokenizer and answer rule of a directory."""

    def __init__(self, folder: Path):
        self.configuration = json.loads((folder / "model.json").read_text())
        self.words = Words.read(folder / "tokenizer.json")
        self.rule = self.configuration["answer"]
        self.net = SceneNet(len(self.words.tokens), self.configuration["names"]).eval()
        self.names = [self.words.tokens[token] for token in self.configuration["names"]]
        with torch.no_grad():
            self.copy(dequantised(folder))

    def copy(self, tensors) -> None:
        net = self.net
        for index, block in enumerate(net.encoder.blocks):
            name = f"encoder.blocks.{index}."
            if isinstance(block, ConvBlock):
                fill(block.conv, block.norm, tensors[name + "weight"], tensors[name + "bias"])
            else:
                fill(block.conv1, block.norm1, tensors[name + "conv1.weight"], tensors[name + "conv1.bias"])
                fill(block.conv2, block.norm2, tensors[name + "conv2.weight"], tensors[name + "conv2.bias"])
        state = net.state_dict()
        for name, own in TOP_TENSORS.items():
            state[own].copy_(tensors[name].view(state[own].shape) if name in FLAT or state[own].dim() == 0 else tensors[name])
        for prefix, target, layers in (("encoder", "encoder.layers", net.encoder.layers), ("decoder", "layers", net.layers)):
            for layer in range(len(layers)):
                for name, own in LAYER_TENSORS.items():
                    state[f"{target}.{layer}.{own}"].copy_(tensors[f"{prefix}.layers.{layer}.{name}"])

    @torch.no_grad()
    def regions(self, images: torch.Tensor):
        """R, p and the centre chances of pictures."""
        regions = self.net.encoder(images.contiguous(memory_format=torch.channels_last))
        chances = self.net.name_logits(regions, self.net.unit_names()).softmax(-1)[..., :-1]
        return regions, chances, torch.sigmoid(self.net.centre(regions)[..., 0])

    @torch.no_grad()
    def logits(self, tokens, positions, segments, seen, emits):
        """Logits of the emitting tokens of packed text."""
        regions, chances, centres = seen
        units = self.net.unit_names()
        text = self.net.text_input(tokens, positions, regions, chances, centres, units)
        states, _ = self.net.decode(regions, text, attention_mask(segments))
        return self.net.logits(states, self.net.pointer(states, regions), chances @ units, emits)

    def generate(self, seen, questions: list[str]) -> list[tuple[list[int], list[float]]]:
        """Greedy answers, one question a picture: the ids and the log chance of each under the rule's temperature."""
        prompts = [[BOS, *self.words.encode(text)[:self.configuration["limits"]["questionTokens"]], SEP] for text in questions]
        rows = [list(prompt) for prompt in prompts]
        chances, done = [[] for _ in rows], [False] * len(rows)
        for _ in range(self.configuration["limits"]["answerTokens"]):
            length = max(map(len, rows))
            tokens = torch.tensor([row + [PAD] * (length - len(row)) for row in rows])
            emits = torch.zeros(tokens.shape, dtype=torch.bool)
            emits[torch.arange(len(rows)), torch.tensor([len(row) - 1 for row in rows])] = True
            positions = torch.arange(length).expand_as(tokens)
            logits = self.logits(tokens, positions, torch.ones_like(tokens), seen, emits)
            shares = (logits / self.rule["temperature"]).log_softmax(-1)
            for index, token in enumerate(logits.argmax(-1).tolist()):
                if not done[index]:
                    rows[index].append(token)
                    chances[index].append(shares[index, token].item())
                    done[index] = token == EOS
            if all(done):
                break
        return [(row[len(prompt):], chance) for row, prompt, chance in zip(rows, prompts, chances)]

    def is_unsure(self, ids, chances) -> bool:
        return ids[0] == self.rule["unsure"] or math.exp(sum(chances) / len(chances)) < self.rule["threshold"]
