#!/usr/bin/env python3
"""Fits the networks that teacher and student of a new object start from, on crops of made objects.

    fit_start.py FOLDER --crops COMMAND --objects N --minutes M

COMMAND writes crops of N objects as CropStream.java does, without end. Needs PyTorch 2.7 or newer, numpy and safetensors. The losses are those of the product's fit; the networks are those of network.py, with the
last layers of head and patches per object.
"""

import argparse
import collections
import pathlib
import shlex
import subprocess
import threading
import time

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from network import Network, cells, normalised

SIZE, CELLS, PATCH_CELLS, PATCHES = 128, 340, 320, 48
FLOATS = 24 + 1 + 6
RECORD = 4 + 4 * FLOATS + 3 * SIZE * SIZE + CELLS + PATCH_CELLS
ROLES = {"teacher": ("wdrnet-darknet-tiny", 128), "student": ("wdrnet-darknet-tiny-h", 64)}
SHARPNESS, CLIP, DECAY, KEEP = 50, 1, 1e-4, 0.9995


def grid(device):
    """Centre x, centre y and anchor of each cell, crop pixels."""
    rows = []
    for level in range(4):
        stride = 8 << level
        n = SIZE // stride
        centre = (torch.arange(n) + 0.5) * stride
        y, x = torch.meshgrid(centre, centre, indexing="ij")
        rows.append(torch.stack([x.flatten(), y.flatten(), torch.full((n * n,), 4.0 * stride)], 1))
    return torch.cat(rows).to(device)


class Crops:
    """Records that a command writes, read ahead into a bounded queue."""

    def __init__(self, command, ahead=64):
        self.process = subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE, bufsize=0)
        self.queue, self.room = collections.deque(), threading.Semaphore(ahead)
        self.filled = threading.Semaphore(0)
        self.failure = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            self.room.acquire()
            block = np.empty(256 * RECORD, np.uint8)
            view, at = memoryview(block), 0
            while at < len(block):
                n = self.process.stdout.readinto(view[at:])
                if not n:
                    self.failure = "the crops ended"
                    self.filled.release()
                    return
                at += n
            self.queue.append(block.reshape(256, RECORD))
            self.filled.release()

    def next(self):
        """256 records, uint8 [256, RECORD]; waits for them."""
        self.filled.acquire()
        if self.failure:
            raise RuntimeError(self.failure)
        self.room.release()
        return self.queue.popleft()

    def ready(self):
        return len(self.queue)

    def close(self):
        self.process.kill()


class Batch:
    """Records on the device, taken apart."""

    def __init__(self, records):
        n = len(records)
        at = 4 + 4 * FLOATS
        self.object = records[:, :4].contiguous().view(torch.int32)[:, 0].long()
        numbers = records[:, 4:at].contiguous().view(torch.float32)
        self.in_camera = numbers[:, :24].view(n, 8, 3)
        self.diameter, self.rays = numbers[:, 24], numbers[:, 25:].view(n, 2, 3)
        self.rgb = records[:, at : at + 3 * SIZE * SIZE].view(n, SIZE, SIZE, 3)
        at += 3 * SIZE * SIZE
        self.labels = records[:, at : at + CELLS].view(torch.int8)
        self.patches = records[:, at + CELLS :].view(torch.int8)


class Learner(nn.Module):
    """A network whose last layers exist once per object."""

    def __init__(self, role, objects, start=None):
        super().__init__()
        backbone, width = ROLES[role]
        self.role, self.network = role, Network(backbone, 1, width)
        if start:
            with safe_open(start, "pt") as file:
                state = {k: file.get_tensor(k) for k in file.keys()}
            missing, unknown = self.network.load_state_dict(state, strict=False)
            missing = [name for name in missing if "num_batches" not in name]
            if missing or unknown:
                raise SystemExit(f"{start}: expected a network like {backbone}; missing {missing[:3]}, unknown {unknown[:3]}")
        head, inputs = self.network.head, 9 * width
        rows = lambda layer, n: (layer.weight.detach().reshape(n, inputs), layer.bias.detach())
        (w, b), (v, c) = rows(head.cls_logits, 1), rows(head.pose_pred, 16)
        self.logit_w, self.logit_b = (nn.Parameter(t.repeat(objects, *[1] * t.dim())) for t in (w, b))
        self.vote_w, self.vote_b = (nn.Parameter(t.repeat(objects, *[1] * t.dim())) for t in (v, c))
        self.patch_w = nn.Parameter(0.01 * torch.randn(2, objects, PATCHES, width))
        self.patch_b = nn.Parameter(torch.zeros(2, objects, PATCHES))
        head.cls_logits.requires_grad_(False), head.pose_pred.requires_grad_(False)

    def forward(self, rgb, mine, other):
        """Logits [n, cells] of the crop's object and of another one, votes [n, cells, 16], patches [n, 320, 48]."""
        levels = self.network.fpn(self.network.backbone(normalised(rgb, torch.float32).contiguous(memory_format=torch.channels_last)))
        head = self.network.head
        seen = torch.cat([F.unfold(head.cls_tower(x), 3, padding=1) for x in levels], 2)
        logits = lambda k: torch.baddbmm(self.logit_b[k][:, :, None].to(seen.dtype), self.logit_w[k].to(seen.dtype), seen)[:, 0]
        votes = []
        for x, s in zip(levels, head.scales):
            block = F.unfold(head.pose_tower(x), 3, padding=1)
            votes.append(s.scale * torch.baddbmm(self.vote_b[mine][:, :, None].to(block.dtype), self.vote_w[mine].to(block.dtype), block).float())
        patches = [
            torch.baddbmm(self.patch_b[i, mine][:, :, None].to(x.dtype), self.patch_w[i, mine].to(x.dtype), x.flatten(2))
            for i, x in enumerate(levels[:2])
        ]
        return (
            logits(mine).float(),
            logits(other).float(),
            torch.cat(votes, 2).transpose(1, 2),
            torch.cat(patches, 2).transpose(1, 2).float(),
        )

    def network_state(self):
        """The state dict of the one-class network; its last layers are the mean over the objects."""
        state = {k: v for k, v in self.network.state_dict().items() if "num_batches" not in k and not k.startswith("auxiliary")}
        width = ROLES[self.role][1]
        state["head.cls_logits.weight"] = self.logit_w.mean(0).view(1, width, 3, 3)
        state["head.cls_logits.bias"] = self.logit_b.mean(0)
        state["head.pose_pred.weight"] = self.vote_w.mean(0).view(16, width, 3, 3)
        state["head.pose_pred.bias"] = self.vote_b.mean(0)
        return state


def focal(logits, positive, weight):
    s = torch.sigmoid(logits)
    p = s.clamp(1e-4, 1 - 1e-4)
    loss = torch.where(positive, -0.25 * (1 - p) ** 2 * p.log(), -0.75 * p**2 * torch.log1p(-p))
    return (loss * weight).sum()


def rays_of(batch, votes, at, where):
    """Unit-depth points x/z, y/z of the votes of cells `at` = (item, cell): [m, 8, 2]."""
    centre = where[at[1]]
    pixels = torch.stack([votes[:, :8] * centre[:, 2:] + centre[:, :1], votes[:, 8:] * centre[:, 2:] + centre[:, 1:2]], 2)
    m = batch.rays[at[0]]
    return pixels @ m[:, :, :2].transpose(1, 2) + m[:, None, :, 2]


def losses(batch, outputs, where):
    """The sums over the batch of segmentation, regression and patches, as the product weighs them."""
    logits, others, votes, patches = outputs
    known = batch.labels >= 0
    segmentation = focal(logits, batch.labels == 1, known) + focal(others, torch.zeros_like(known), known)
    at = torch.nonzero(batch.labels == 1, as_tuple=True)
    b = F.pad(rays_of(batch, votes[at], at, where), (0, 1), value=1.0)
    truth = batch.in_camera[at[0]]
    along = (b * truth).sum(2, keepdim=True) / (b * b).sum(2, keepdim=True)
    z = SHARPNESS * (b * along - truth) / batch.diameter[at[0]][:, None, None]
    regression = F.huber_loss(z, torch.zeros_like(z), reduction="none").sum() / (24 * SHARPNESS)
    seen = batch.patches >= 0
    each = F.cross_entropy(patches.transpose(1, 2), batch.patches.long().clamp(min=0), reduction="none") * seen
    patch = (each.sum(1) / seen.sum(1).clamp(min=1)).sum()
    return 0.1 * segmentation, regression, patch


class Training:
    """Clipped AdamW with averaged weights."""

    def __init__(self, learner):
        self.learner, self.steps = learner, 0
        self.parameters = [p for p in learner.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=1e-3, weight_decay=DECAY, fused=self.parameters[0].is_cuda)
        tensors = list(learner.parameters()) + [b for b in learner.buffers() if b.is_floating_point()]
        self.live, self.average = tensors, [t.detach().clone() for t in tensors]

    def step(self, batch, rate, where, other):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.learner.train()
        device = batch.rgb.device.type
        with torch.autocast(device, torch.bfloat16):
            outputs = self.learner(batch.rgb, batch.object, other)
        parts = losses(batch, outputs, where)
        self.optimizer.zero_grad(set_to_none=True)
        sum(parts).backward()
        nn.utils.clip_grad_norm_(self.parameters, CLIP)
        self.optimizer.step()
        self.steps += 1
        keep = min(KEEP, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, [t.detach() for t in self.live], 1 - keep)
        return torch.stack([p.detach() for p in parts]) / len(batch.rgb)

    def swap(self):
        """Exchanges the newest weights and their average."""
        with torch.no_grad():
            for a, b in zip(self.live, self.average):
                kept = a.detach().clone()
                a.copy_(b), b.copy_(kept)


def shape_of_rate(done):
    return max(0.001, min(done / 0.05, (1 - done) / 0.95))


def write(learner, file, objects):
    backbone, width = ROLES[learner.role]
    metadata = {"architecture": backbone, "classes": "1", "crop_size": str(SIZE), "objects": objects, "pyramid_width": str(width)}
    save_file({k: v.detach().float().cpu().contiguous() for k, v in learner.network_state().items()}, file, metadata)


def fit_start(args):
    device = torch.device(args.device)
    torch.manual_seed(1)
    where, folder = grid(device), pathlib.Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    trainings = {r: Training(Learner(r, args.objects, args.begin and args.begin.replace("{role}", r)).to(device, memory_format=torch.channels_last)) for r in ROLES}
    crops = Crops(args.crops)
    pool = torch.empty(args.pool, RECORD, dtype=torch.uint8, device=device)
    filled = fresh = steps = told = 0
    begin = said = saved = time.time()
    sums = collections.defaultdict(float)
    while (done := (time.time() - begin) / (60 * args.minutes)) < 1:
        for _ in range(max(min(crops.ready(), 16), (min(args.pool, 2048) - filled) // 256)):
            block = torch.from_numpy(crops.next()).to(device, non_blocking=True)
            at = fresh % args.pool
            pool[at : at + 256] = block
            fresh += 256
            filled = min(args.pool, filled + 256)
        batch = Batch(pool[torch.randint(filled, (args.batch,), device=device)])
        other = (batch.object + torch.randint(1, args.objects, (args.batch,), device=device)) % args.objects
        for role, training in trainings.items():
            sums[role] = sums[role] + training.step(batch, args.rate * shape_of_rate(done), where, other)
        steps += 1
        if time.time() - said > 10:
            means = (f"{role} " + " ".join(f"{x:.3f}" for x in (total / (steps - told)).tolist()) for role, total in sums.items())
            print(f"{time.time() - begin:5.0f} s {steps} steps {fresh} crops,", *means, flush=True)
            told = steps
            sums.clear()
            said = time.time()
        if time.time() - saved > 60:
            save_start(trainings, folder)
            saved = time.time()
    save_start(trainings, folder)
    print(f"{steps} steps of {args.batch}, {fresh} crops of {args.objects} objects, {time.time() - begin:.0f} s", flush=True)
    crops.close()


def save_start(trainings, folder):
    for role, training in trainings.items():
        training.swap()
        write(training.learner, folder / f"{role}-start.safetensors", "made-objects")
        training.swap()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--crops", required=True)
    parser.add_argument("--objects", type=int, default=384)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--pool", type=int, default=131072, help="crops kept on the device; each step draws from them")
    parser.add_argument("--begin", help="network to begin with; {role} is replaced")
    parser.add_argument("--rate", type=float, default=0.002)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    fit_start(parser.parse_args())


if __name__ == "__main__":
    main()
