"""Paints batches of layouts on a torch device, as compose.py paints one on the host.

The atlas lies on the device; a layout's numbers go there in one table, and what comes of them stays there: tiles are warped by affine grids,
outlined, mixed, blended in order, finished, and averaged over the cells. JPEG has no equal on a device: layouts that ask for it are left
uncompressed. Shapes are rasterised once, so the width of their edges stretches with them."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .configuration import CELLS, GRID, IMAGE_SIZE
from .device_finish import DeviceFinish
from .device_grounds import DeviceGrounds
from .layout import MOST_THINGS, Layout, Layouts, Placement
from .shapes import SHAPE_TILE, Shape, all_shape_masks, mask_index

OUTLINES = (1, 2)
SHAPE_CENTRE = 1 / SHAPE_TILE
IDENTITY, UNCHANGED = np.eye(3), np.ones(3)


@dataclass
class Sheet:
    """The placements of one slot in every layout that has one: their rows, tiles [P] by stack, and numbers.

    grid [P, 2, 3] leads from the canvas to the tile, both in -1..1; outline and line [P]; mixing [P, 3, 3]; gain [P, 3]; a shape's colour [P, 3]
    and the brightness of its edge less one [P], filled says which are shapes."""

    slot: int
    rows: torch.Tensor
    tiles: list[tuple[int, torch.Tensor]]
    grid: torch.Tensor
    outline: torch.Tensor
    line: torch.Tensor
    mixing: torch.Tensor
    gain: torch.Tensor
    colour: torch.Tensor
    edge: torch.Tensor
    filled: torch.Tensor


def grid_of(placement: Placement) -> np.ndarray:
    """[2, 3]: from a point of the canvas to the point of the tile that is seen there."""
    sine, cosine, half = np.sin(placement.turn), np.cos(placement.turn), IMAGE_SIZE / 2
    back = np.array([[cosine * placement.flip, sine * placement.flip], [-sine, cosine]]) * 2 / placement.side
    grid = back @ np.array([[half, 0, half - placement.x], [0, half, half - placement.y]])
    if isinstance(placement.drawing, Shape):
        # The host fills a stretched outline about the middle pixel; here the filled outline is stretched about the same.
        grid[:, 2] -= SHAPE_CENTRE
        grid /= placement.drawing.stretch[:, None]
        grid[:, 2] += SHAPE_CENTRE
    return grid


def numbers_of(placement: Placement) -> np.ndarray:
    """A row of the table."""
    mixing = IDENTITY if placement.mixing is None else placement.mixing
    gain = UNCHANGED if placement.gain is None else placement.gain
    drawing, filled = placement.drawing, isinstance(placement.drawing, Shape)
    shape = [*drawing.colour, drawing.factor - 1, 1] if filled else [0, 0, 0, 0, 0]
    return np.concatenate([grid_of(placement).ravel(), [placement.outline, placement.line], mixing.ravel(), gain, shape]).astype(np.float32)


class DeviceComposer:
    """Draws layouts on the host and paints them on a device."""

    def __init__(self, layouts: Layouts, device: torch.device | str):
        self.layouts, self.device = layouts, torch.device(device)
        self.stacks = [torch.from_numpy(stack).to(self.device) for stack in (*layouts.atlas.stacks, all_shape_masks())]
        self.grounds = DeviceGrounds(layouts.backgrounds, self.stacks[0], self.device)
        self.finish = DeviceFinish(layouts.backgrounds, self.device)

    @torch.no_grad()
    def paint(self, layouts: list[Layout]) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures [B, height, width, 3] in 0..255 and what every thing covers of every cell, [B, things, cells]."""
        canvas = self.grounds.paint(layouts).permute(0, 3, 1, 2).contiguous()
        coverage = torch.zeros(len(layouts), MOST_THINGS, CELLS, device=self.device)
        for sheet in self.sheets(layouts):
            rgb, alpha = treated(*self.warped(sheet), sheet)
            # The host's canvas holds whole numbers, so it cuts after every drawing.
            canvas[sheet.rows] = (canvas[sheet.rows] * (1 - alpha) + rgb).clamp(0, 255).floor()
            coverage[sheet.rows, sheet.slot] = F.avg_pool2d(alpha, IMAGE_SIZE // GRID).flatten(1)
        return self.finish.paint(canvas.permute(0, 2, 3, 1), layouts), coverage

    def stack_of(self, placement: Placement) -> tuple[int, int]:
        """Which stack has the tile, and where."""
        if isinstance(placement.drawing, Shape):
            return len(self.stacks) - 1, mask_index(placement.drawing)
        return placement.tile, placement.drawing.index

    def sheets(self, layouts: list[Layout]) -> list[Sheet]:
        """The placements of all layouts in the order of painting, their numbers brought to the device at once."""
        placed = [(slot, *self.stack_of(placement), row, placement) for row, layout in enumerate(layouts)
                  for slot, placement in enumerate(layout.placements) if placement is not None]
        if not placed:
            return []
        placed.sort(key=lambda entry: entry[:2])
        table = torch.from_numpy(np.stack([numbers_of(entry[-1]) for entry in placed])).to(self.device, non_blocking=True)
        slots, stacks, tiles, rows = (np.array(column) for column in zip(*[entry[:-1] for entry in placed]))
        places = torch.from_numpy(np.stack([tiles, rows])).to(self.device, non_blocking=True)
        sheets = []
        for slot in np.unique(slots):
            first, end = np.searchsorted(slots, [slot, slot + 1])
            bounds = [first, *(first + 1 + np.flatnonzero(np.diff(stacks[first:end]))), end]
            parts = [(int(stacks[start]), places[0, start:stop]) for start, stop in zip(bounds, bounds[1:])]
            sheets.append(sheet_of(int(slot), places[1, first:end], parts, table[first:end]))
        return sheets

    def warped(self, sheet: Sheet) -> tuple[torch.Tensor, torch.Tensor]:
        """Premultiplied colours [P, 3, height, width] in 0..255 and alpha [P, 1, height, width]."""
        pieces, start = [], 0
        for stack, tiles in sheet.tiles:
            grid = F.affine_grid(sheet.grid[start:start + len(tiles)], [len(tiles), 4, IMAGE_SIZE, IMAGE_SIZE], align_corners=False)
            pixels = self.stacks[stack][tiles].permute(0, 3, 1, 2).float()
            pieces.append(F.grid_sample(pixels, grid, align_corners=False))
            start += len(tiles)
        pixels = torch.cat(pieces).round()
        rgb, alpha = pixels[:, :3], pixels[:, 3:] / 255
        filled = sheet.colour[:, :, None, None] * (alpha + sheet.edge[:, None, None, None] * rgb / 255)
        return torch.where(sheet.filled[:, None, None, None], torch.minimum(filled, 255 * alpha), rgb), alpha


def sheet_of(slot: int, rows, tiles, table) -> Sheet:
    grid, outline, line, mixing, gain, colour, edge, filled = table.split((6, 1, 1, 9, 3, 3, 1, 1), 1)
    return Sheet(slot, rows, tiles, grid.reshape(-1, 2, 3), outline[:, 0], line[:, 0], mixing.reshape(-1, 3, 3), gain, colour, edge[:, 0], filled[:, 0] > 0)


def treated(rgb, alpha, sheet: Sheet) -> tuple[torch.Tensor, torch.Tensor]:
    """Outlined, its colours mixed and scaled."""
    wide = alpha
    for width in OUTLINES:
        wide = torch.where((sheet.outline == width)[:, None, None, None], F.max_pool2d(alpha, 2 * width + 1, 1, width), wide)
    rgb = rgb + sheet.line[:, None, None, None] * (wide - alpha)
    rgb = torch.einsum("pkyx,pkc->pcyx", rgb, sheet.mixing)
    return torch.minimum(rgb.clamp(min=0), 255 * wide) * sheet.gain[:, :, None, None], wide
