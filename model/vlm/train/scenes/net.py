"""The net in PyTorch, for training; tensor names and arithmetic are those of the exported format.

A picture is up to 80 regions: 64 cells of the grid tower, which sees drawings, and at most 16 things of the photo tower. Each region
has a vector, the chances of the names it may show, the chance that it holds a thing's centre, a place and an area."""

import math
from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F
from torch import nn

from .configuration import CELLS, COMPARED, COUNT_FEATURES, DECODER, ENCODER, GRID, PHOTO_FEATURES, PHOTO_HIDDEN, PHOTO_THINGS, PLACE_FEATURES

COUNT_SPREAD = 0.18
LIKENESS_FLOOR = 0.4
STRENGTHS, STRENGTH_SPREAD = 5, 0.02
DIFFERENCES = slice(4, 7)
DIFFERENCE_SCALES = 4.0, 4.0, 2.0
CHANCE_FLOOR = 1e-9
FOUND_FLOOR, BEFORE_FLOOR, AREA_FLOOR = 1e-6, 0.05, 0.003
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


class Rows:
    """For data classes whose every field is a tensor with a row a picture."""

    def map(self, change):
        """The same of every field changed."""
        return type(self)(*(change(getattr(self, field.name)) for field in fields(self)))

    def __getitem__(self, rows):
        return self.map(lambda values: values[rows])


@dataclass
class PhotoThings(Rows):
    """What the photo tower saw, PHOTO_THINGS places a picture, padded with absent ones.

    names [B, P, 3] are indices of names with their chances [B, P, 3]; boxes [B, P, 4] the centre, width and height in shares of the
    picture; scores [B, P]; colours [B, P, 3] in 0..1; present [B, P]."""

    names: torch.Tensor
    chances: torch.Tensor
    boxes: torch.Tensor
    scores: torch.Tensor
    colours: torch.Tensor
    present: torch.Tensor


@dataclass
class Regions(Rows):
    """vectors [B, R, width], chances [B, R, names], centres [B, R], places [B, R, 2] and areas [B, R] in shares of the picture, present [B, R]."""

    vectors: torch.Tensor
    chances: torch.Tensor
    centres: torch.Tensor
    places: torch.Tensor
    areas: torch.Tensor
    present: torch.Tensor


def cell_places() -> torch.Tensor:
    """[cells, 2]: x and y of the cells' centres in shares of the canvas."""
    axis = (torch.arange(GRID) + 0.5) / GRID
    return torch.stack([axis.repeat(GRID), axis.repeat_interleave(GRID)], 1)


def photo_features(things: PhotoThings) -> torch.Tensor:
    """[B, P, 25]: score, place in waves, box, colour."""
    x, y, width, height = things.boxes.unbind(-1)
    area = width * height
    waves = [value for axis in (x, y) for value in (axis * 2 - 1, *(wave(math.pi * frequency * axis) for frequency in (1, 2, 4)
                                                                    for wave in (torch.sin, torch.cos)))]
    columns = [things.scores, *waves, width, height, area.sqrt(), (area + AREA_FLOOR).log() / 4, *things.colours.unbind(-1),
               *things.chances.unbind(-1)]
    return torch.stack(columns, -1)


class SceneNet(nn.Module):
    """Grid tower, photo regions, name match, text that is told what the picture shows of each word, prefix decoder with a copy pointer."""

    def __init__(self, vocabulary, names):
        super().__init__()
        width, layers = DECODER["width"], DECODER["layers"]
        self.width = width
        self.register_buffer("names", torch.tensor(names))
        self.register_buffer("cell_places", cell_places(), persistent=False)
        self.encoder = Encoder(ENCODER)
        self.embedding = nn.Parameter(torch.randn(vocabulary, width) * 0.5 / math.sqrt(width) * 4)
        self.patch = nn.Linear(width, width, bias=False)
        self.patch_log_scale = nn.Parameter(torch.tensor(math.log(12.0)))
        self.patch_null = nn.Parameter(torch.tensor(4.0))
        self.centre = nn.Linear(width, 1)
        self.photo_name = nn.Linear(width, width, bias=False)
        self.photo_up = nn.Linear(PHOTO_FEATURES, PHOTO_HIDDEN)
        self.photo_down = nn.Linear(PHOTO_HIDDEN, width)
        self.photo_norm = nn.Parameter(torch.ones(width))
        self.ground_tau = nn.Parameter(torch.tensor(12.0))
        self.ground_null = nn.Parameter(torch.tensor(4.0))
        self.ground_out = nn.Linear(width, width, bias=False)
        self.ground_seen = nn.Parameter(torch.randn(width) * 0.1)
        self.count = nn.Linear(COUNT_FEATURES, width, bias=False)
        self.place = nn.Linear(PLACE_FEATURES, width, bias=False)
        self.compare_words = nn.Linear(width, COMPARED, bias=False)
        self.compare_places = nn.Linear(DIFFERENCES.stop - DIFFERENCES.start, COMPARED, bias=False)
        self.compare_seen = nn.Linear(width, COMPARED, bias=False)
        nn.init.zeros_(self.compare_seen.weight)
        self.compare_out = nn.Linear(COMPARED, width, bias=False)
        self.heard = nn.Linear(COUNT_FEATURES + PLACE_FEATURES, width, bias=False)
        self.text_positions = nn.Parameter(torch.randn(DECODER["positions"], width) * 0.02)
        self.prefix_positions = nn.Parameter(grid_positions(width))
        self.prefix_photo = nn.Parameter(torch.randn(width) * 0.3)
        self.layers = nn.ModuleList(Layer(width, DECODER["heads"], DECODER["mlp"], layers) for _ in range(layers))
        self.norm = nn.Parameter(torch.ones(width))
        self.copy_query = nn.Linear(width, width, bias=False)
        self.copy_key = nn.Linear(width, width, bias=False)
        self.copy_gate = nn.Linear(width, 1)
        self.copy_alpha = nn.Parameter(torch.tensor(8.0))
        self.repeat_query = nn.Linear(width, width, bias=False)
        self.repeat_key = nn.Linear(width, width, bias=False)
        self.repeat_null = nn.Parameter(torch.tensor(3.0))
        self.repeat_alpha = nn.Parameter(torch.tensor(8.0))
        self.logit_scale = nn.Parameter(torch.tensor(0.25))

    def unit_names(self):
        return F.normalize(self.embedding[self.names], dim=-1)

    def name_logits(self, cells, units):
        """Class logits of every cell, the null class last."""
        cosine = F.normalize(self.patch(cells), dim=-1) @ units.t()
        null = self.patch_null.expand(*cosine.shape[:-1], 1)
        return torch.cat([self.patch_log_scale.exp() * cosine, null], -1)

    def regions(self, cells, labels, centres, content, things: PhotoThings, units) -> Regions:
        """The cells of the grid tower (their class logits, their chances of a centre) and the things of the photo tower as one list.

        content [B, 4]: left, top, width and height of the letterboxed picture in shares of the canvas."""
        size = len(cells)
        edges = content[:, None, 2:]
        named = (things.chances[..., None] * units[things.names]).sum(-2)
        inner = F.gelu(self.photo_up(photo_features(things)), approximate="tanh")
        photo = rmsnorm(self.photo_name(named) + self.photo_down(inner), self.photo_norm)
        chances = cells.new_zeros(size, PHOTO_THINGS, len(units)).scatter_add(-1, things.names, things.chances)
        here = things.present.float()
        return Regions(
            torch.cat([cells, photo * here[..., None]], 1),
            torch.cat([labels.softmax(-1)[..., :-1], chances * here[..., None]], 1),
            torch.cat([centres, things.scores * here], 1),
            torch.cat([(self.cell_places - content[:, None, :2]) / edges, things.boxes[..., :2]], 1),
            torch.cat([(1 / CELLS / edges.prod(-1)).expand(-1, CELLS), things.boxes[..., 2] * things.boxes[..., 3] * here], 1),
            torch.cat([torch.ones_like(things.present[:, :1]).expand(-1, CELLS), things.present], 1))

    def text_input(self, tokens, positions, segments, regions: Regions, units):
        """The tokens' inputs, the attention of every token to the regions and to none of them, and what comparing adds to the input.

        An input is the word's embedding with what the picture says of the word: what is seen there, how often, how large, where, and where
        beside what the question named before; and the sums of that over the names of the question so far."""
        words = self.embedding[tokens]
        cosine = (F.normalize(self.embedding, dim=-1) @ units.t())[tokens]
        likeness = F.relu(cosine - LIKENESS_FLOOR) / (1 - LIKENESS_FLOOR)
        chances = regions.chances
        evidence = F.relu(1 + (chances + CHANCE_FLOOR).log() / math.log(len(units)))
        match, clue = likeness @ chances.transpose(1, 2), likeness @ evidence.transpose(1, 2)
        weights = torch.expm1(self.ground_tau * clue) * regions.present[:, None]
        total = weights.sum(-1, keepdim=True) + self.ground_null.exp()
        found, none = weights / total, self.ground_null.exp() / total
        looks = self.ground_out(found @ regions.vectors)
        seen = looks + (1 - none) * self.ground_seen
        before = self.before(segments)
        so_far = before + torch.eye(before.shape[1], device=before.device)
        counts, places = self.count_features(match, clue, regions), self.place_features(found, clue, before, regions)
        is_name = (tokens[..., None] == self.names).any(-1, keepdim=True)
        told = self.count(counts) + self.place(places) + self.heard(so_far @ (torch.cat([counts, places], -1) * is_name))
        products = torch.tanh(self.compare_words(so_far @ (words * none))) * (self.compare_places(places[..., DIFFERENCES]) + self.compare_seen(looks))
        compared = self.compare_out(so_far @ products)
        return words + seen + told + compared + self.text_positions[positions], torch.cat([found, none], -1), compared

    @staticmethod
    def before(segments):
        """[B, T, T]: 1 where the second token stands before the first in the same question."""
        same = segments[:, :, None] == segments[:, None]
        return (same & torch.ones_like(same[0]).tril(-1)).float()

    @staticmethod
    def count_features(match, clue, regions: Regions):
        """[B, T, 19]: how many match, how many things there are, the area that matches, and how strong the best clue is."""
        steps = torch.arange(6, device=match.device)
        number = (match * regions.centres[:, None]).sum(-1, keepdim=True)
        total = regions.centres.sum(-1)[:, None, None].expand_as(number)
        area = (match * regions.areas[:, None]).sum(-1, keepdim=True)
        strength = clue.amax(-1, keepdim=True)
        return torch.cat([(-(number - steps[:5]).pow(2) / COUNT_SPREAD).exp(), (-(total - steps).pow(2) / COUNT_SPREAD).exp(),
                          area, 4 * (area + 1e-9).sqrt(), strength,
                          (-(strength - steps[:STRENGTHS] / STRENGTHS).pow(2) / STRENGTH_SPREAD).exp()], -1)

    @staticmethod
    def place_features(found, clue, before, regions: Regions):
        """[B, T, 8]: how surely a word is found, where, its area, and the differences to the mean of what was found before it in its question."""
        sure = found.sum(-1, keepdim=True)
        place = found @ regions.places / (sure + FOUND_FLOOR)
        area = ((clue * regions.areas[:, None]).sum(-1, keepdim=True) + AREA_FLOOR).log() / 2
        own = torch.cat([place, area], -1)
        weights = before * sure.pow(2).transpose(1, 2)
        total = weights.sum(-1, keepdim=True)
        mean = weights @ own / (total + FOUND_FLOOR)
        difference = torch.tanh((own - mean) * own.new_tensor(DIFFERENCE_SCALES)) * sure * total / (total + BEFORE_FLOOR)
        return torch.cat([sure, sure * (2 * place - 1), sure * area, difference, total / (total + BEFORE_FLOOR)], -1)

    def decode(self, regions: Regions, text, mask):
        """The decoder's states for the text, and the watched head's attention from text to regions."""
        marks = torch.cat([self.prefix_positions, self.prefix_photo.expand(PHOTO_THINGS, -1)])
        x = torch.cat([regions.vectors + marks, text], 1)
        count = regions.vectors.shape[1]
        watched = None
        for index, layer in enumerate(self.layers):
            if index == FIRST_LAYER:
                x, watched = layer(x, mask, watch=True)
            else:
                x = layer(x, mask)
        return rmsnorm(x[:, count:], self.norm), watched[:, count:, :count]

    def pointer(self, states, regions: Regions):
        scores = self.copy_query(states) @ self.copy_key(regions.vectors).transpose(1, 2) * self.width ** -0.5
        return scores.masked_fill(~regions.present[:, None], -1e4).log_softmax(-1)

    def repeated(self, states, text, tokens, segments):
        """[B, T, T + 1]: log shares of the names that a question has said so far, for saying one of them again, and of none."""
        length = tokens.shape[1]
        scores = self.repeat_query(states) @ self.repeat_key(text).transpose(1, 2) * self.width ** -0.5
        is_name = (tokens[..., None] == self.names).any(-1)
        earlier = torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril()
        open_to = (segments[:, :, None] == segments[:, None]) & earlier & is_name[:, None]
        return torch.cat([scores.masked_fill(~open_to, -1e4), self.repeat_null.expand(*tokens.shape, 1)], -1).log_softmax(-1)

    def logits(self, states, pointer, named, repeated, tokens, emits):
        """Logits of the emitting tokens; named = every region's expected unit name."""
        copied = torch.bmm(pointer.exp(), named)[emits]
        again = torch.bmm(repeated[..., :-1].exp(), F.normalize(self.embedding, dim=-1)[tokens])[emits]
        states = states[emits]
        gate = torch.sigmoid(self.copy_gate(states))
        return (states + gate * self.copy_alpha * copied + self.repeat_alpha * again) @ self.embedding.t() * self.logit_scale
