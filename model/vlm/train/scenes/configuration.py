"""The net's dimensions and the picture's constants, as model.json holds them."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """A size of the net: the picture's edge (the grid has a sixteenth of it), channels of the four convolutions, width, layers and heads."""

    image: int
    channels: tuple[int, int, int, int]
    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    mlp: int


# The embedded one is trained; the others are named by their millions of parameters and untrained.
VARIANTS = {
    "embedded": Variant(128, (24, 48, 96, 192), 192, 3, 3, 6, 512),
    "25m": Variant(160, (48, 96, 192, 384), 384, 6, 5, 6, 1536),
    "50m": Variant(192, (64, 128, 256, 512), 512, 7, 6, 8, 2048),
    "100m": Variant(224, (80, 160, 320, 640), 640, 9, 8, 10, 2560),
}
EMBEDDED = "embedded"
NAME = os.environ.get("PSYNE_VARIANT", EMBEDDED)
if NAME not in VARIANTS:
    raise SystemExit(f"PSYNE_VARIANT is '{NAME}'; it can be {', '.join(VARIANTS)}")
VARIANT = VARIANTS[NAME]

IMAGE_SIZE = VARIANT.image
GRID = IMAGE_SIZE // 16
CELLS = GRID * GRID
PAD_COLOUR = (114, 114, 114)
MEAN = (128.0, 128.0, 128.0)
STD = (70.0, 70.0, 70.0)
QUESTION_TOKENS = 40
ANSWER_TOKENS = 20
COUNT_FEATURES, PLACE_FEATURES, COMPARED = 19, 8, 32
PHOTO_THINGS, PHOTO_CLASSES, PHOTO_FEATURES, PHOTO_HIDDEN = 16, 3, 25, 96
REGIONS = CELLS + PHOTO_THINGS



def convolution(channels_in: int, channels_out: int) -> dict:
    return {"kind": "conv", "in": channels_in, "out": channels_out, "kernel": 3, "stride": 2, "padding": 1}


def blocks(channels: tuple[int, int, int, int]) -> list[dict]:
    """Four halvings, with one residual block after the second and the third and two after the last."""
    first, second, third, last = channels
    return [convolution(3, first), convolution(first, second), residual(second), convolution(second, third), residual(third),
            convolution(third, last), residual(last), residual(last)]


def residual(channels: int) -> dict:
    return {"kind": "residual", "channels": channels}


ENCODER = {"blocks": blocks(VARIANT.channels), "grid": GRID, "width": VARIANT.width, "layers": VARIANT.encoder_layers, "heads": VARIANT.heads,
           "mlp": VARIANT.mlp}
DECODER = {"width": VARIANT.width, "layers": VARIANT.decoder_layers, "heads": VARIANT.heads, "mlp": VARIANT.mlp, "positions": 64}
