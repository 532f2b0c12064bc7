"""A symbolic stand-in for the encoder: cells told what covers them, so that the decoder learns to reason before the eye can see."""

import torch
from torch import nn

from .names import COLOURS
from .net import grid_positions, rmsnorm


class SymbolGrid(nn.Module):
    """Regions from names, colours, coverage and centres; used in training only."""

    def __init__(self, width):
        super().__init__()
        self.name = nn.Linear(width, width, bias=False)
        nn.init.eye_(self.name.weight)
        self.unknown = nn.Parameter(torch.randn(width) * 0.3)
        self.colour = nn.Embedding(len(COLOURS) + 1, width)
        self.middle = nn.Parameter(torch.randn(width) * 0.3)
        self.empty = nn.Parameter(torch.randn(width) * 0.3)
        self.positions = nn.Parameter(grid_positions(width))

    def forward(self, units, batch, rows):
        table = torch.cat([self.name(units) * 6, self.unknown[None]])
        things = table[batch.thing_names[:rows]] + self.colour(batch.thing_colours[:rows])
        coverage = batch.coverage[:rows].transpose(1, 2)
        x = coverage @ things + batch.centres[:rows, :, None] * self.middle + self.empty + self.positions
        return rmsnorm(x + 0.15 * torch.randn_like(x), torch.ones(x.shape[-1]))
