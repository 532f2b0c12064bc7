"""The exported directory loaded back into the PyTorch net, for evaluating many questions at once."""

import json
import math
from pathlib import Path

import torch
from safetensors.numpy import load_file

from .configuration import GRID, PHOTO_CLASSES, PHOTO_THINGS
from .export import FLAT, LAYER_TENSORS, TOP_TENSORS
from .net import ConvBlock, PhotoThings, Regions, SceneNet
from .packing import attention_mask
from .reference import Sighting
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


def photo_things(pictures: list[list[Sighting]]) -> PhotoThings:
    """What the photo tower saw in every picture, padded with absent things."""
    size = len(pictures)
    things = PhotoThings(torch.zeros(size, PHOTO_THINGS, PHOTO_CLASSES, dtype=torch.long), torch.zeros(size, PHOTO_THINGS, PHOTO_CLASSES),
                         torch.full((size, PHOTO_THINGS, 4), 0.5), torch.zeros(size, PHOTO_THINGS), torch.zeros(size, PHOTO_THINGS, 3),
                         torch.zeros(size, PHOTO_THINGS, dtype=torch.bool))
    for row, seen in enumerate(pictures):
        for index, thing in enumerate(seen[:PHOTO_THINGS]):
            things.names[row, index], things.chances[row, index] = torch.tensor(thing.names), torch.tensor(thing.chances)
            things.boxes[row, index], things.scores[row, index] = torch.tensor(thing.box), thing.score
            things.colours[row, index], things.present[row, index] = torch.tensor(thing.colour), True
    return things


def counted(things: PhotoThings, chances: torch.Tensor, content: torch.Tensor, places: torch.Tensor, rule: dict) -> torch.Tensor:
    """[B, P]: the present things that are not rather a drawing that the grid tower sees; chances [B, cells, names] are the cells'."""
    drawn = chances.amax(-1) >= rule["drawn"]
    centres, edges = things.boxes[..., :2], things.boxes[..., 2:]
    cell = ((content[:, None, :2] + centres * content[:, None, 2:]) * GRID).floor().clamp(0, GRID - 1).long()
    own = (places - content[:, None, :2]) / content[:, None, 2:]
    inside = ((own[:, None] - centres[:, :, None]).abs() <= edges[:, :, None] / 2).all(-1)
    inside = inside.scatter(-1, (cell[..., 1] * GRID + cell[..., 0])[..., None], True)
    unsure = (things.scores < rule["sure"]) & drawn.any(-1, keepdim=True)
    covered = (things.scores < rule["certain"]) & (inside & drawn[:, None]).any(-1)
    return things.present & ~unsure & ~covered


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
    def regions(self, images: torch.Tensor, content: torch.Tensor, things: PhotoThings) -> Regions:
        """The regions of pictures, of the things those that count.

        content [B, 4]: left, top, width and height of the letterboxed pictures in shares of the square."""
        net, units = self.net, self.net.unit_names()
        cells = net.encoder(images.contiguous(memory_format=torch.channels_last))
        labels, centres = net.name_logits(cells, units), torch.sigmoid(net.centre(cells)[..., 0])
        present = counted(things, labels.softmax(-1)[..., :-1], content, net.cell_places, self.configuration["photo"])
        things = PhotoThings(things.names, things.chances, things.boxes, things.scores, things.colours, present)
        return net.regions(cells, labels, centres, content, things, units)

    @torch.no_grad()
    def logits(self, tokens, positions, segments, seen: Regions, emits):
        """Logits of the emitting tokens of packed text."""
        text, _, _ = self.net.text_input(tokens, positions, segments, seen, self.net.unit_names())
        states, _ = self.net.decode(seen, text, attention_mask(segments, seen.present))
        repeated = self.net.repeated(states, text, tokens, segments)
        return self.net.logits(states, self.net.pointer(states, seen), seen.chances @ self.net.unit_names(), repeated, tokens, emits)

    def generate(self, seen: Regions, questions: list[str]) -> list[tuple[list[int], list[float]]]:
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
