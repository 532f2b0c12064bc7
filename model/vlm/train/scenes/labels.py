"""What every cell and region of a batch shows, computed from what the things cover, on the device where the pixels are."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .configuration import CELLS, REGIONS

COVERED, CLEAR, OWN = 0.35, 0.05, 0.2
IGNORED = -100


@dataclass
class ShownThings:
    """The things of a batch, all [B, K], padded with such as are neither drawn nor photographed.

    names, places and colours are indices (IGNORED where there is none to tell), cells those that hold the centres of drawn things, regions
    those of photographed ones."""

    drawn: torch.Tensor
    photographed: torch.Tensor
    names: torch.Tensor
    places: torch.Tensor
    colours: torch.Tensor
    cells: torch.Tensor
    regions: torch.Tensor


@dataclass
class GridLabels:
    """names [B, C], the last for none; centres [B, C]; places and colours [B, R]; own [B, K, R] says which regions are whose."""

    names: torch.Tensor
    centres: torch.Tensor
    places: torch.Tensor
    colours: torch.Tensor
    own: torch.Tensor


def grid_labels(things: ShownThings, coverage: torch.Tensor, none: int) -> GridLabels:
    """coverage [B, K, C] is the share of every cell that every thing covers, in the order of painting; none the label of an empty cell."""
    size, count, _ = coverage.shape
    fullest = F.one_hot(coverage.argmax(-1), CELLS).bool()
    labels = coverage.new_full((3, size, CELLS), IGNORED, dtype=torch.long)
    best = coverage.new_zeros(size, CELLS)
    for index in range(count):
        mine = coverage[:, index]
        shows = ((mine > COVERED) | fullest[:, index]) & (mine > best) & things.drawn[:, index, None]
        told = torch.stack([things.names[:, index], things.places[:, index], things.colours[:, index]])
        labels = torch.where(shows, told[..., None], labels)
        best = torch.maximum(best, mine)
    names = labels[0].masked_fill(coverage.sum(1) < CLEAR, none)
    centres = torch.zeros_like(best).scatter_add(1, things.cells, things.drawn.float()).clamp(max=1)
    region = torch.where(things.photographed, CELLS + things.regions, REGIONS)
    places = labels.new_full((size, REGIONS + 1), IGNORED).scatter(1, region, things.places)[:, :REGIONS]
    colours = torch.full_like(places, IGNORED)
    places[:, :CELLS], colours[:, :CELLS] = labels[1], labels[2]
    own = F.one_hot(region, REGIONS + 1)[..., :REGIONS].bool()
    own[..., :CELLS] = ((coverage > OWN) | fullest) & things.drawn[..., None]
    return GridLabels(names, centres, places, colours, own)


def regions_of(marked: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """[B, T, R]: the regions of the things [B, T, K] that are marked."""
    return marked.float() @ own.float() > 0
