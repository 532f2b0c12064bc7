"""Training: two processes share one set of weights and step without waiting for each other; the schedule follows the wall clock."""

import argparse
import csv
import math
import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .atlas import Atlas
from .backgrounds import Backgrounds
from .compose import Composer
from .configuration import DECODER
from .names import SHAPES
from .net import SceneNet
from .packing import IGNORED, Packer, attention_mask
from .questions import Asker
from .symbols import SymbolGrid
from .vocabulary import build_words

SCENES, SYMBOL_SCENES = 24, 8
SYMBOL_UNTIL = 0.4
QUESTIONS = 12
RATE, WARM_STEPS, LAST_RATE = 1.5e-3, 150, 0.01
WEIGHTS = {"answer": 1.0, "watch": 0.3, "copy": 0.3, "patch": 0.5, "centre": 0.3}
LOG_EVERY, SAVE_SECONDS = 50, 240
CENTRE_WEIGHT = 4.0


class Trainee(torch.nn.Module):
    """The net and the symbolic grid that helps it."""

    def __init__(self):
        super().__init__()
        words, names = build_words()
        self.net = SceneNet(len(words.tokens), [words.ids[name] for name in names])
        self.symbols = SymbolGrid(DECODER["width"])
        self.net.encoder.to(memory_format=torch.channels_last)


def foreign_words(atlas: Atlas) -> list[str]:
    return sorted(slug for slug in atlas.trained_unknown if "-" not in slug)


def supervised(log_shares, wanted):
    """The mean of -log of the share that lies in the wanted cells, over the rows that want any."""
    rows = wanted.any(-1)
    if not rows.any():
        return log_shares.sum() * 0
    return -(log_shares[rows].masked_fill(~wanted[rows], float("-inf")).logsumexp(-1)).mean()


def losses(trainee: Trainee, batch, symbol_rows: int):
    """The named losses and, per packed question of the pixel rows, whether every answer token is right."""
    net, size = trainee.net, len(batch.image)
    units = net.unit_names()
    regions = net.encoder(batch.image.contiguous(memory_format=torch.channels_last))
    pick = torch.cat([torch.arange(size), torch.arange(symbol_rows)])
    if symbol_rows:
        regions = torch.cat([regions, trainee.symbols(units, batch, symbol_rows)])
    labels = net.name_logits(regions, units)
    chances = labels.softmax(-1)[..., :-1]
    middle = net.centre(regions)[..., 0]
    text = net.text_input(batch.tokens[pick], batch.positions[pick], regions, chances, torch.sigmoid(middle), units)
    states, watched = net.decode(regions, text, attention_mask(batch.segments)[pick])
    pointer = net.pointer(states, regions)
    targets = batch.targets[pick]
    emits = targets != IGNORED
    row = emits.nonzero()[:, 0]
    named = torch.bmm(pointer.exp(), chances @ units)
    gate = torch.sigmoid(net.copy_gate(states[emits]))
    logits = (states[emits] + gate * net.copy_alpha * named[emits]) @ net.embedding.t() * net.logit_scale
    values = {
        "answer": F.cross_entropy(logits, targets[emits]),
        "watch": supervised((watched + 1e-6).log(), batch.asked[pick]),
        "copy": supervised(pointer, batch.told[pick]),
        "patch": F.cross_entropy(labels.flatten(0, 1), batch.patch_labels[pick].flatten(), ignore_index=IGNORED),
        "centre": F.binary_cross_entropy_with_logits(middle, batch.centres[pick], pos_weight=torch.tensor(CENTRE_WEIGHT)),
    }
    right = torch.ones_like(targets, dtype=torch.bool)
    right[emits] = logits.argmax(-1) == targets[emits]
    return values, right[:size], len(row)


class Curve:
    """The running means that one process writes to its CSV file."""

    def __init__(self, path: Path):
        self.file = path.open("a", newline="")
        self.writer = csv.writer(self.file)
        self.clear()

    def clear(self):
        self.sums, self.steps, self.right, self.asked = defaultdict(float), 0, defaultdict(int), defaultdict(int)

    def add(self, values, right, kinds):
        self.steps += 1
        for name, value in values.items():
            self.sums[name] += float(value)
        for kind, row, first, end in kinds:
            self.asked[kind] += 1
            self.right[kind] += bool(right[row, first:end].all())

    def write(self, seconds, step, images, rate):
        means = [f"{name}={total / self.steps:.3f}" for name, total in self.sums.items()]
        scores = [f"{kind}={self.right[kind] / self.asked[kind]:.2f}" for kind in sorted(self.asked)]
        self.writer.writerow([f"{seconds:.0f}", step, images, f"{rate:.2e}", " ".join(means), " ".join(scores)])
        self.file.flush()
        self.clear()


def rate_at(progress: float, step: int) -> float:
    return RATE * min(1, (step + 1) / WARM_STEPS) * (LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1, progress))))


def optimizer_for(trainee: Trainee) -> torch.optim.Optimizer:
    flat = [value for value in trainee.parameters() if value.dim() < 2]
    deep = [value for value in trainee.parameters() if value.dim() >= 2]
    groups = [{"params": deep, "weight_decay": 0.02}, {"params": flat, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), fused=True)


def save(trainee: Trainee, path: Path, **extra) -> None:
    partial = path.with_suffix(".part")
    torch.save({"trainee": trainee.state_dict(), **extra}, partial)
    os.replace(partial, path)


def work(rank: int, trainee: Trainee, tools, out: Path, options, start: float) -> None:
    """One process's share of the training."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed * 100 + rank)
    random = np.random.default_rng([options.seed, rank, int(options.done)])
    composer, asker, packer = tools
    optimizer, curve, seconds = optimizer_for(trainee), Curve(out / f"curve-{rank}.csv"), options.minutes * 60
    step, saved = 0, time.time()
    trainee.train()
    while (elapsed := time.time() - start + options.done) < seconds:
        scenes = [composer.scene(random) for _ in range(SCENES)]
        batch = packer.pack(scenes, [asker.ask(scene, random, QUESTIONS) for scene in scenes], random)
        rate = rate_at(elapsed / seconds, step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        values, right, _ = losses(trainee, batch, SYMBOL_SCENES if elapsed < SYMBOL_UNTIL * seconds else 0)
        optimizer.zero_grad(set_to_none=True)
        sum(WEIGHTS[name] * value for name, value in values.items()).backward()
        torch.nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimizer.step()
        step += 1
        curve.add(values, right, batch.kinds)
        if step % LOG_EVERY == 0:
            curve.write(elapsed, step, step * SCENES, rate)
        if rank == 0 and time.time() - saved > SAVE_SECONDS:
            save(trainee, out / "checkpoint.pt", done=elapsed)
            saved = time.time()


def train(options) -> None:
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    trainee = Trainee()
    options.done = 0.0
    if options.resume and (out / "checkpoint.pt").exists():
        state = torch.load(out / "checkpoint.pt")
        trainee.load_state_dict(state["trainee"])
        options.done = state["done"]
    atlas = Atlas(Path(options.data))
    words, names = build_words()
    composer = Composer(atlas, Backgrounds(Path(options.photos), options.seed))
    tools = composer, Asker([name for name in names if name not in SHAPES], foreign_words(atlas)), Packer(words, names)
    trainee.share_memory()
    start = time.time()
    processes = [torch.multiprocessing.get_context("fork").Process(target=work, args=(rank, trainee, tools, out, options, start))
                 for rank in range(options.processes)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a training process failed")
    save(trainee, out / "final.pt", done=options.minutes * 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of atlas.npz")
    parser.add_argument("--photos", required=True, help="folder of the scikit-image sample pictures")
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
