"""The last treatment of pictures on a torch device, for a whole batch: loss of resolution, blur, contrast, brightness and grain.

Resizing down and up again and blurring are linear along each axis, so each is one matrix an axis."""

import numpy as np
import torch

from .backgrounds import Backgrounds
from .configuration import IMAGE_SIZE
from .device_grounds import column, inside, window
from .layout import Layout

BLUR_REACH = 2


def resized(size, small) -> torch.Tensor:
    """[N, S, S]: the mean over pixels of `small` a picture, then linear interpolation between these; size and small [N]."""
    axis = torch.arange(IMAGE_SIZE, device=size.device, dtype=torch.float32)
    step = (size / small)[:, None, None]
    ends, starts = axis[:, None] * step + step, axis[:, None] * step
    shrink = (torch.minimum(ends, axis + 1) - torch.maximum(starts, axis)).clamp(min=0) / step
    place = ((axis + 0.5) / step[:, 0] - 0.5).clamp(min=0).minimum(small[:, None] - 1)
    grow = (1 - (place[:, :, None] - axis).abs()).clamp(min=0)
    return grow @ shrink


def blurred(size, sigma) -> torch.Tensor:
    """[N, S, S]: a Gaussian of five taps, reflected at the first and the last pixel."""
    axis, reach = torch.arange(IMAGE_SIZE, device=size.device), torch.arange(-BLUR_REACH, BLUR_REACH + 1, device=size.device)
    taps = (-reach.square() / (2 * sigma[:, None].square())).exp()
    taps = taps / taps.sum(1, keepdim=True)
    last = size[:, None, None].long() - 1
    source = (last - (last - (axis[:, None] + reach).abs()).abs()).clamp(min=0)
    return torch.zeros(len(size), IMAGE_SIZE, IMAGE_SIZE, device=size.device).scatter_add(2, source, taps[:, None].expand_as(source))


def shifted(matrix, offset, size) -> torch.Tensor:
    """The matrix acts on `size` pixels from the offset on and leaves the others alone."""
    axis = torch.arange(IMAGE_SIZE, device=matrix.device) - offset[:, None]
    within = (axis >= 0) & (axis < size[:, None])
    place = axis.clamp(0, IMAGE_SIZE - 1)
    moved = matrix.gather(1, place[:, :, None].expand_as(matrix)).gather(2, place[:, None].expand_as(matrix))
    return torch.where(within[:, :, None], moved * within[:, None], torch.eye(IMAGE_SIZE, device=matrix.device))


class DeviceFinish:
    """The bank of grain on the device."""

    def __init__(self, backgrounds: Backgrounds, device: torch.device):
        self.device = device
        self.noise = torch.from_numpy(backgrounds.noise).to(device)

    def paint(self, images, layouts: list[Layout]) -> torch.Tensor:
        """images [B, height, width, 3] in 0..255."""
        content = column([layout.content for layout in layouts], self.device, np.int64)
        kinds = ((self.reduce, lambda finish: finish.reduced), (self.blur, lambda finish: not finish.reduced and finish.blur))
        for method, wanted in kinds:
            rows = [row for row, layout in enumerate(layouts) if wanted(layout.finish)]
            if rows:
                places = column(rows, self.device, np.int64)
                images = images.index_copy(0, places, method(images[places], [layouts[row].finish for row in rows], content[places]))
        finishes = [layout.finish for layout in layouts]
        contrast, brightness = column([(finish.contrast, finish.brightness) for finish in finishes], self.device).T[..., None, None, None]
        values = (images - 128) * contrast + 128 + brightness
        rows = [row for row, finish in enumerate(finishes) if finish.grain]
        if rows:
            places = column(rows, self.device, np.int64)
            values = values.index_add(0, places, self.grain([finishes[row].grain for row in rows], content[places]))
        return torch.where(inside(content), values.clamp(0, 255).floor(), images)

    def reduce(self, images, finishes, content) -> torch.Tensor:
        width, height = column([finish.reduced for finish in finishes], self.device).T
        return resampled(images, resized(content[:, 2].float(), width), resized(content[:, 3].float(), height), content)

    def blur(self, images, finishes, content) -> torch.Tensor:
        sigma = column([finish.blur for finish in finishes], self.device)
        return resampled(images, blurred(content[:, 2], sigma), blurred(content[:, 3], sigma), content)

    def grain(self, grains, content) -> torch.Tensor:
        index, top, left = column([(grain.index, grain.top, grain.left) for grain in grains], self.device, np.int64).T
        strength = column([grain.strength for grain in grains], self.device)
        return window(self.noise, index, top, left, torch.zeros_like(index) > 0, content) * strength[:, None, None, None]


def resampled(images, across, down, content) -> torch.Tensor:
    across, down = shifted(across, content[:, 0], content[:, 2]), shifted(down, content[:, 1], content[:, 3])
    return torch.einsum("byv,bvwc,bxw->byxc", down, images, across).round()
