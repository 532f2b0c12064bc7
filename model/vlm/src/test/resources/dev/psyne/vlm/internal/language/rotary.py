"""Golden frequencies of stretched rotary positions, to rotary.txt.

Follows the formulas of transformers' modeling_rope_utils.py (_compute_linear_scaling_rope_parameters,
_compute_llama3_parameters, _compute_yarn_parameters), in double precision. A line is: the rope_parameters as JSON, the
width of a head, max_position_embeddings, the magnitude, the frequencies.
"""
import json
import math


def plain(dim, base):
    return [1.0 / base ** (i / dim) for i in range(0, dim, 2)]


def linear(rope, dim, longest):
    return [x / rope["factor"] for x in plain(dim, rope["rope_theta"])], 1.0


def llama3(rope, dim, longest):
    factor, low, high = rope["factor"], rope["low_freq_factor"], rope["high_freq_factor"]
    trained = rope["original_max_position_embeddings"]
    found = []
    for x in plain(dim, rope["rope_theta"]):
        wave = 2 * math.pi / x
        if wave < trained / high:
            found.append(x)
        elif wave > trained / low:
            found.append(x / factor)
        else:
            smooth = (trained / wave - low) / (high - low)
            found.append((1 - smooth) * x / factor + smooth * x)
    return found, 1.0


def yarn(rope, dim, longest):
    factor, base = rope["factor"], rope["rope_theta"]
    trained = rope.get("original_max_position_embeddings", longest)

    def mscale(scale, weight=1):
        return 1.0 if scale <= 1 else 0.1 * weight * math.log(scale) + 1.0

    attention = rope.get("attention_factor")
    if attention is None:
        if rope.get("mscale") and rope.get("mscale_all_dim"):
            attention = mscale(factor, rope["mscale"]) / mscale(factor, rope["mscale_all_dim"])
        else:
            attention = mscale(factor)

    def correction(rotations):
        return dim * math.log(trained / (rotations * 2 * math.pi)) / (2 * math.log(base))

    low, high = correction(rope.get("beta_fast") or 32), correction(rope.get("beta_slow") or 1)
    if rope.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, dim - 1)
    if low == high:
        high += 0.001
    found = []
    for i, x in enumerate(plain(dim, base)):
        ramp = min(1.0, max(0.0, (i - low) / (high - low)))
        found.append(x / factor * ramp + x * (1 - ramp))
    return found, attention


CASES = [
    (linear, {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}, 16, 4096),
    (lambda rope, dim, longest: (plain(dim, rope["rope_theta"]), 1.0),
     {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0}, 16, 4096),
    (llama3, {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
              "original_max_position_embeddings": 8192, "rope_theta": 500000.0}, 64, 131072),
    (llama3, {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
              "original_max_position_embeddings": 8192, "rope_theta": 500000.0}, 32, 131072),
    (yarn, {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768, "rope_theta": 1000000.0},
     64, 32768),
    (yarn, {"rope_type": "yarn", "factor": 40.0, "beta_fast": 16, "beta_slow": 2, "mscale": 1.0, "mscale_all_dim": 0.5,
            "rope_theta": 10000.0}, 32, 4096),
    (yarn, {"rope_type": "yarn", "factor": 2.5, "truncate": False, "attention_factor": 1.25, "rope_theta": 10000.0},
     16, 512),
]

with open("rotary.txt", "w") as out:
    for formula, rope, dim, longest in CASES:
        frequencies, magnitude = formula(rope, dim, longest)
        out.write("\t".join([json.dumps(rope), str(dim), str(longest), repr(magnitude),
                             " ".join(map(repr, frequencies))]) + "\n")
