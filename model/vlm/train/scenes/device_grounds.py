"""The pixels of grounds on a torch device, for a whole batch."""

import numpy as np
import torch
import torch.nn.functional as F

from .backgrounds import Backgrounds
from .configuration import IMAGE_SIZE, PAD_COLOUR
from .grounds import CUT_LEVEL, SIDE, Banked, Clutter, Cropped, Flat
from .layout import Layout


def column(values, device, kind=np.float32) -> torch.Tensor:
    return torch.from_numpy(np.asarray(values, kind)).to(device, non_blocking=True)


def blobs(grids: list[list[np.ndarray]], device) -> torch.Tensor:
    """Smooth noise in -1..1, [N, SIDE, SIDE], each the sum of its own grids."""
    total = 0
    for octave in zip(*grids):
        total = total + F.interpolate(column(np.stack(octave)[:, None], device), (SIDE, SIDE), mode="bicubic")[:, 0]
    return total / (total.abs().amax((1, 2), keepdim=True) + 1e-6)


def window(pictures, index, top, left, mirrored, content) -> torch.Tensor:
    """[N, height, width, 3]: a window of the content's size from the pictures of those indices, laid over the content, anything beside it."""
    axis = torch.arange(IMAGE_SIZE, device=pictures.device)
    x, y = axis - content[:, :1], axis - content[:, 1:2]
    x = torch.where(mirrored[:, None], content[:, 2:3] - 1 - x, x) + left[:, None]
    y = y + top[:, None]
    edge = pictures.shape[1] - 1
    return pictures[index[:, None, None], y.clamp(0, edge)[:, :, None], x.clamp(0, edge)[:, None]]


def inside(content) -> torch.Tensor:
    """[B, height, width, 1]: whether a pixel is of the content."""
    axis = torch.arange(IMAGE_SIZE, device=content.device)
    x, y = axis - content[:, :1], axis - content[:, 1:2]
    return (((y >= 0) & (y < content[:, 3:]))[:, :, None] & ((x >= 0) & (x < content[:, 2:3]))[:, None])[..., None]


class DeviceGrounds:
    """The bank of backgrounds and the photographs on the device; tiles is the stack of the largest."""

    def __init__(self, backgrounds: Backgrounds, tiles: torch.Tensor, device: torch.device):
        self.device, self.tiles = device, tiles
        self.bank = torch.from_numpy(np.stack(backgrounds.bank)).to(device)
        # A crop's resized pixel is the mean over a rectangle, which four entries of the running sums give whatever its size.
        sums = [np.pad(photo.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0), (0, 0))) for photo in backgrounds.photos]
        self.starts = np.cumsum([0, *(len(table) * table.shape[1] for table in sums[:-1])])
        self.heights, self.widths = np.array([table.shape[:2] for table in sums]).T
        self.sums = torch.from_numpy(np.concatenate([table.reshape(-1, 3) for table in sums])).to(device)

    def paint(self, layouts: list[Layout]) -> torch.Tensor:
        """[B, height, width, 3] in 0..255, the colour of padding beside the content."""
        content = column([layout.content for layout in layouts], self.device, np.int64)
        pad = torch.tensor(PAD_COLOUR, dtype=torch.float32, device=self.device)
        canvas = pad.expand(len(layouts), IMAGE_SIZE, IMAGE_SIZE, 3).contiguous()
        for kind, painter in ((Flat, self.flat), (Banked, self.banked), (Cropped, self.cropped), (Clutter, self.cluttered)):
            rows = [row for row, layout in enumerate(layouts) if isinstance(layout.ground, kind)]
            if rows:
                places = column(rows, self.device, np.int64)
                canvas[places] = painter([layouts[row].ground for row in rows], content[places])
        return torch.where(inside(content), canvas, pad)

    def flat(self, grounds: list[Flat], content) -> torch.Tensor:
        return column([ground.colour for ground in grounds], self.device)[:, None, None].expand(-1, IMAGE_SIZE, IMAGE_SIZE, -1)

    def banked(self, grounds: list[Banked], content) -> torch.Tensor:
        index, top, left, mirrored = column([(ground.index, ground.top, ground.left, ground.mirrored) for ground in grounds], self.device, np.int64).T
        return window(self.bank, index, top, left, mirrored > 0, content).float()

    def corner(self, pictures, content) -> torch.Tensor:
        """The upper left corner of one picture each."""
        index = torch.arange(len(pictures), device=self.device)
        none = torch.zeros_like(index)
        return window(pictures, index, none, none, none > 0, content)

    def cropped(self, grounds: list[Cropped], content) -> torch.Tensor:
        photos = np.array([ground.photo for ground in grounds])
        top, left, edge = column([(ground.top, ground.left, ground.edge) for ground in grounds], self.device, np.float64).T
        start, height, width = column(np.stack([self.starts[photos], self.heights[photos], self.widths[photos]]), self.device, np.int64)
        steps = torch.arange(SIDE + 1, device=self.device) / SIDE
        rows, columns = top[:, None] + edge[:, None] * steps, left[:, None] + edge[:, None] * steps
        sums = self.running_sums(start, height, width, rows, columns)
        means = sums.diff(dim=1).diff(dim=2) / (edge / SIDE).square()[:, None, None, None]
        pictures = means.clamp(0, 255).round().float()
        mirrored, turns = column([(ground.mirrored, ground.turns) for ground in grounds], self.device, np.int64).T[..., None, None, None]
        pictures = torch.where(mirrored > 0, pictures.flip(2), pictures)
        turned = torch.stack([pictures.rot90(quarters, (1, 2)) for quarters in range(4)])
        return self.corner(turned[turns.flatten(), torch.arange(len(grounds), device=self.device)], content)

    def running_sums(self, start, height, width, rows, columns) -> torch.Tensor:
        """[N, rows, columns, 3]: the sum of everything above and left of points between pixels."""
        y, x = rows.floor().long(), columns.floor().long()
        below, right = torch.minimum(y + 1, height[:, None] - 1), torch.minimum(x + 1, width[:, None] - 1)

        def at(y, x):
            return self.sums[start[:, None, None] + y[:, :, None] * width[:, None, None] + x[:, None]].double()

        down, across = (rows - y)[:, :, None, None], (columns - x)[:, None, :, None]
        upper = at(y, x) * (1 - across) + at(y, right) * across
        lower = at(below, x) * (1 - across) + at(below, right) * across
        return upper * (1 - down) + lower * down

    def cluttered(self, grounds: list[Clutter], content) -> torch.Tensor:
        fields = blobs([grids for ground in grounds for grids in ground.fields], self.device)
        fields = fields.unflatten(0, (len(grounds), 3)).permute(0, 2, 3, 1)
        first, second = (column([getattr(ground, name) for ground in grounds], self.device)[:, None, None] for name in ("first", "second"))
        level, strength = column([(ground.level, ground.strength) for ground in grounds], self.device).T[..., None, None, None]
        pictures = (first + (second - first) * (fields > level) + fields * strength).clamp(0, 255).floor()
        pieces = [(row, piece) for row, ground in enumerate(grounds) for piece in ground.pieces]
        if pieces:
            cuts = blobs([piece.cut for _, piece in pieces], self.device) > CUT_LEVEL
            for (row, piece), cut in zip(pieces, cuts):
                pictures[row] = torch.where(cut[..., None], self.blown_up(piece), pictures[row])
        return self.corner(pictures, content)

    def blown_up(self, piece) -> torch.Tensor:
        pixels = self.tiles[piece.drawing.index, piece.top:piece.top + piece.edge, piece.left:piece.left + piece.edge, :3].permute(2, 0, 1)
        return F.interpolate(pixels[None].float(), (SIDE, SIDE), mode="bicubic")[0].permute(1, 2, 0).round().clamp(0, 255)
