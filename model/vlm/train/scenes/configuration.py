"""The net's dimensions and the picture's constants, as model.json holds them."""

IMAGE_SIZE = 128
GRID = 8
CELLS = GRID * GRID
PAD_COLOUR = (114, 114, 114)
MEAN = (128.0, 128.0, 128.0)
STD = (70.0, 70.0, 70.0)
QUESTION_TOKENS = 40
ANSWER_TOKENS = 20
COUNT_FEATURES = 13

ENCODER = {
    "blocks": [
        {"kind": "conv", "in": 3, "out": 24, "kernel": 3, "stride": 2, "padding": 1},
        {"kind": "conv", "in": 24, "out": 48, "kernel": 3, "stride": 2, "padding": 1},
        {"kind": "residual", "channels": 48},
        {"kind": "conv", "in": 48, "out": 96, "kernel": 3, "stride": 2, "padding": 1},
        {"kind": "residual", "channels": 96},
        {"kind": "conv", "in": 96, "out": 192, "kernel": 3, "stride": 2, "padding": 1},
        {"kind": "residual", "channels": 192},
        {"kind": "residual", "channels": 192},
    ],
    "grid": GRID, "width": 160, "layers": 2, "heads": 5, "mlp": 384,
}
DECODER = {"width": 160, "layers": 3, "heads": 5, "mlp": 384, "positions": 64}
