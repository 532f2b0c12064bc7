"""The scene net in PyTorch, for training; tensor names and arithmetic are those of the exported format."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .configuration import CELLS, COUNT_FEATURES, DECODER, ENCODER, GRID

COUNT_SPREAD = 0.18
ENCODER_POSITION_SCALE = 2.0
FIRST_LAYER = 0


def rmsnorm(values, weight):
    return values * torch.rsqrt(values.pow(2).mean(-1, keepdim=True) + 1e-6) * weight


def grid_positions(width, scale=0.7):
    """[cells, width]: the cells' places in waves of four lengths, mixed into every channel."""
    axis = (torch.arange(GRID) + 0.5) / GRID
    waves = torch.stack([axis * 2 - 1] + [wave(math.pi * frequency * axis) for frequency in (1, 2, 4) for wave in (torch.sin, torch.cos)], 1)
    rows, columns = waves.repeat_interleave(GRID, 0), waves.repeat(GRID, 1)
    features = torch.cat([rows, columns], 1)
    mixing = torch.randn(features.shape[1], width, generator=torch.Generator().manual_seed(17)) / features.shape[1] ** 0.5
    return features @ mixing * scale


class ConvBlock(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.conv = nn.Conv2d(block["in"], block["out"], block["kernel"], block["stride"], block["padding"], bias=False)
        self.norm = nn.BatchNorm2d(block["out"])

    def forward(self, image):
        return F.relu(self.norm(self.conv(image)))


class ResidualBlock(nn.Module):
    def __init__(self, block):
        super().__init__()
        channels = block["channels"]
        self.conv1 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.norm2.weight)

    def forward(self, image):
        return F.relu(image + self.norm2(self.conv2(F.relu(self.norm1(self.conv1(image))))))


class Layer(nn.Module):
    """A transformer layer; with `head` it also returns that head's attention."""

    def __init__(self, width, heads, mlp, depth):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.Parameter(torch.ones(width))
        self.mlp_norm = nn.Parameter(torch.ones(width))
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, mlp)
        self.down = nn.Linear(mlp, width)
        for linear in (self.out, self.down):
            nn.init.normal_(linear.weight, std=linear.in_features ** -0.5 / math.sqrt(2 * depth))

    def forward(self, x, mask=None, watch=False):
        batch, length, width = x.shape
        qkv = self.qkv(rmsnorm(x, self.attention_norm)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = qkv[0], qkv[1], qkv[2]
        watched = None
        if watch:
            scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
            attention = scores.masked_fill(~mask, float("-inf")).softmax(-1)
            watched, mixed = attention[:, 0], attention @ value
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, length, width))
        x = x + self.down(F.gelu(self.up(rmsnorm(x, self.mlp_norm)), approximate="tanh"))
        return (x, watched) if watch else x


class Encoder(nn.Module):
    def __init__(self, configuration):
        super().__init__()
        width, layers = configuration["width"], configuration["layers"]
        kinds = {"conv": ConvBlock, "residual": ResidualBlock}
        self.blocks = nn.ModuleList(kinds[block["kind"]](block) for block in configuration["blocks"])
        channels = next(block["out"] for block in reversed(configuration["blocks"]) if block["kind"] == "conv")
        self.project = nn.Linear(channels, width)
        self.positions = nn.Parameter(grid_positions(width, ENCODER_POSITION_SCALE))
        self.layers = nn.ModuleList(Layer(width, configuration["heads"], configuration["mlp"], layers) for _ in range(layers))
        self.norm = nn.Parameter(torch.ones(width))

    def forward(self, image):
        for block in self.blocks:
            image = block(image)
        x = self.project(image.flatten(2).transpose(1, 2)) + self.positions
        for layer in self.layers:
            x = layer(x)
        return rmsnorm(x, self.norm)


class SceneNet(nn.Module):
    """Encoder, name match, grounded and counted text, prefix decoder with a copy pointer."""

    def __init__(self, vocabulary, names):
        super().__init__()
        width, layers = DECODER["width"], DECODER["layers"]
        self.width = width
        self.register_buffer("names", torch.tensor(names))
        self.encoder = Encoder(ENCODER)
        self.embedding = nn.Parameter(torch.randn(vocabulary, width) * 0.5 / math.sqrt(width) * 4)
        self.patch = nn.Linear(width, width, bias=False)
        self.patch_log_scale = nn.Parameter(torch.tensor(math.log(12.0)))
        self.patch_null = nn.Parameter(torch.tensor(4.0))
        self.centre = nn.Linear(width, 1)
        self.ground_tau = nn.Parameter(torch.tensor(8.0))
        self.ground_null = nn.Parameter(torch.tensor(3.0))
        self.ground_out = nn.Linear(width, width, bias=False)
        self.ground_seen = nn.Parameter(torch.randn(width) * 0.1)
        self.count = nn.Linear(COUNT_FEATURES, width, bias=False)
        self.text_positions = nn.Parameter(torch.randn(DECODER["positions"], width) * 0.02)
        self.prefix_positions = nn.Parameter(grid_positions(width))
        self.layers = nn.ModuleList(Layer(width, DECODER["heads"], DECODER["mlp"], layers) for _ in range(layers))
        self.norm = nn.Parameter(torch.ones(width))
        self.copy_query = nn.Linear(width, width, bias=False)
        self.copy_key = nn.Linear(width, width, bias=False)
        self.copy_gate = nn.Linear(width, 1)
        self.copy_alpha = nn.Parameter(torch.tensor(8.0))
        self.logit_scale = nn.Parameter(torch.tensor(0.25))

    def unit_names(self):
        return F.normalize(self.embedding[self.names], dim=-1)

    def name_logits(self, regions, units):
        """Class logits of every patch, the null class last."""
        cosine = F.normalize(self.patch(regions), dim=-1) @ units.t()
        null = self.patch_null.expand(*cosine.shape[:-1], 1)
        return torch.cat([self.patch_log_scale.exp() * cosine, null], -1)

    def text_input(self, tokens, positions, regions, chances, centres, units):
        """Word embeddings with what the picture says of each word: where it is seen, how often, how large."""
        words = self.embedding[tokens]
        likeness = (F.normalize(self.embedding, dim=-1) @ units.t())[tokens]
        match = F.relu(likeness @ chances.transpose(1, 2))
        scores = torch.cat([self.ground_tau * match, self.ground_null.expand(*match.shape[:2], 1)], -1)
        attention = scores.softmax(-1)
        seen = self.ground_out(attention[..., :-1] @ regions) + (1 - attention[..., -1:]) * self.ground_seen
        number = (match * centres[:, None]).sum(-1, keepdim=True)
        total = centres.sum(-1)[:, None, None].expand_as(number)
        area = match.mean(-1, keepdim=True)
        steps = torch.arange(6, device=words.device)
        features = torch.cat([(-(number - steps[:5]).pow(2) / COUNT_SPREAD).exp(), (-(total - steps).pow(2) / COUNT_SPREAD).exp(),
                              area, 4 * (area + 1e-9).sqrt()], -1)
        return words + seen + self.count(features) + self.text_positions[positions]

    def decode(self, regions, text, mask):
        """The decoder's states for the text, and the watched head's attention from text to picture."""
        x = torch.cat([regions + self.prefix_positions, text], 1)
        watched = None
        for index, layer in enumerate(self.layers):
            if index == FIRST_LAYER:
                x, watched = layer(x, mask, watch=True)
            else:
                x = layer(x, mask)
        return rmsnorm(x[:, CELLS:], self.norm), watched[:, CELLS:, :CELLS]

    def pointer(self, states, regions):
        scores = self.copy_query(states) @ self.copy_key(regions).transpose(1, 2)
        return (scores * self.width ** -0.5).log_softmax(-1)

    def logits(self, states, pointer, named, emits):
        """Logits of the emitting tokens; named = every patch's expected unit name."""
        copied = torch.bmm(pointer.exp(), named)[emits]
        states = states[emits]
        gate = torch.sigmoid(self.copy_gate(states))
        return (states + gate * self.copy_alpha * copied) @ self.embedding.t() * self.logit_scale
