"""What the official code does, timed: eager float32 PyTorch with networks of the same shapes, and the per-image Sinkhorn loop.

Written from the formulas, not from the official source. `official.py CASE...` prints one JSON object: milliseconds by case,
and operations or the machine's peaks where they are needed for a floor. Needs torch and numpy; `frame` and `pose` also cv2.
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

THREADS = 2
SIZE = 256


def milliseconds(run, seconds=3.0, warm_up=1.0):
    """Mean time of one call, as JMH's average time."""
    end = time.perf_counter() + warm_up
    while time.perf_counter() < end:
        run()
    start, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - start < seconds:
        run()
        calls += 1
    return 1e3 * (time.perf_counter() - start) / calls


class Unit(nn.Sequential):
    """Convolution without bias, batch norm, leaky ReLU."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.LeakyReLU(0.1, inplace=True),
        )


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = Unit(width, width // 2, 1)
        self.conv2 = Unit(width // 2, width, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x)) + x


class Tiny(nn.Module):
    """Five stages of plain units; the outputs of stages 3 and 5."""

    def __init__(self, stages):
        super().__init__()
        self.stages = nn.ModuleList()
        inputs = 3
        for number, widths in enumerate(stages, 1):
            layers = []
            for unit, width in enumerate(widths, 1):
                layers.append(Unit(inputs, width, 1 if len(widths) > 1 and unit % 2 else 3))
                inputs = width
            if number < len(stages):
                layers.append(nn.MaxPool2d(2, 2))
            self.stages.append(nn.Sequential(*layers))

    def forward(self, x):
        outputs = []
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)
        return [outputs[2], outputs[4]]


class Darknet53(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Unit(3, 32, 3)
        self.stages = nn.ModuleList()
        inputs = 32
        for width, units in ((64, 2), (128, 3), (256, 9), (512, 9), (1024, 5)):
            self.stages.append(nn.Sequential(Unit(inputs, width, 3, 2), *(Residual(width) for _ in range(units - 1))))
            inputs = width

    def forward(self, x):
        x = self.first(x)
        outputs = []
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)
        return outputs[2:]


class Pyramid(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.inner = nn.ModuleList(nn.Conv2d(c, width, 1) for c in channels)
        self.outer = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in channels)
        self.p6 = nn.Conv2d(channels[-1], width, 3, 2, 1)
        self.p7 = nn.Conv2d(width, width, 3, 2, 1)

    def forward(self, features):
        inner = [conv(f) for conv, f in zip(self.inner, features)]
        for i in reversed(range(len(inner) - 1)):
            inner[i] = inner[i] + F.interpolate(inner[i + 1], scale_factor=2, mode="nearest")
        levels = [conv(f) for conv, f in zip(self.outer, inner)]
        p6 = self.p6(features[-1])
        return [*levels, p6, self.p7(F.relu(p6))]


class Head(nn.Module):
    def __init__(self, width, classes, levels):
        super().__init__()

        def tower():
            layers = []
            for _ in range(4):
                layers += [nn.Conv2d(width, width, 3, padding=1), nn.GroupNorm(32, width), nn.ReLU()]
            return nn.Sequential(*layers)

        self.cls_tower, self.pose_tower = tower(), tower()
        self.cls_logits = nn.Conv2d(width, classes, 3, padding=1)
        self.pose_pred = nn.Conv2d(width, 16 * classes, 3, padding=1)
        self.scales = nn.Parameter(torch.ones(levels))

    def forward(self, levels):
        logits, votes = [], []
        for i, level in enumerate(levels):
            logits.append(self.cells(self.cls_logits(self.cls_tower(level))))
            votes.append(self.cells(self.pose_pred(self.pose_tower(level)) * self.scales[i]))
        return torch.cat(logits, 1), torch.cat(votes, 1)

    @staticmethod
    def cells(x):
        return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, x.shape[1])


class Network(nn.Module):
    def __init__(self, name, classes=1):
        super().__init__()
        if name == "DARKNET53":
            self.backbone, channels, width = Darknet53(), (256, 512, 1024), 256
        elif name == "DARKNET_TINY":
            stages = ((16,), (32,), (16, 128) * 2, (32, 256) * 2, (64, 512, 64, 512, 128))
            self.backbone, channels, width = Tiny(stages), (128, 128), 256
        else:
            stages = ((8,), (16,), (8, 64) * 2, (16, 128) * 2, (32, 256, 32, 256, 64))
            self.backbone, channels, width = Tiny(stages), (64, 64), 128
        self.pyramid = Pyramid(channels, width)
        self.head = Head(width, classes, len(channels) + 2)

    def forward(self, x):
        return self.head(self.pyramid(self.backbone(x)))


def crops(number):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(number, 3, SIZE, SIZE, generator=generator)


def operations(network, x):
    """Multiplications and additions of all convolutions."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        total += 2 * output.numel() * module.in_channels * math.prod(module.kernel_size)

    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        network(x)
    for hook in hooks:
        hook.remove()
    return total


def forward(name):
    network, x = Network(name).eval(), crops(1)

    def run():
        with torch.no_grad():
            network(x)

    return {"ms": milliseconds(run), "operations": operations(network, x)}


def training(optimizer_too):
    network, x = Network("DARKNET_TINY_H").train(), crops(8)
    optimizer = torch.optim.AdamW(network.parameters(), 1e-4, weight_decay=1e-4)

    def run():
        network.zero_grad()
        logits, votes = network(x)
        (logits.square().sum() + votes.square().sum()).backward()
        if optimizer_too:
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()

    return {"ms": milliseconds(run, seconds=6), "operations": 3 * operations(network, x)}


BLUR, SCALING, REACH = 0.001, 0.5, 0.5


def temperatures(x, y):
    points = torch.cat([x.reshape(-1, 2), y.reshape(-1, 2)])
    diameter = (points.max(0).values - points.min(0).values).norm().item()
    low, high, step = 2 * math.log(BLUR), 2 * math.log(diameter), 2 * math.log(SCALING)
    between = [math.exp(high + i * step) for i in range(math.ceil((low - high) / step))]
    return [diameter**2, *between, BLUR**2]


def cost(x, y):
    return ((x * x).sum(-1)[:, :, None] - 2 * x @ y.transpose(1, 2) + (y * y).sum(-1)[:, None, :]) / 2


def soft_minimum(epsilon, c, h):
    return -epsilon * torch.logsumexp(h[:, None, :] - c / epsilon, 2)


def divergence(x, y, a, b):
    """One image: 8 problems with one schedule, debiased, unbalanced; gradients through the last extrapolation alone."""
    rho = REACH**2
    with torch.no_grad():
        la, lb = a.log(), b.log()
        xy, yx, xx, yy = cost(x, y), cost(y, x), cost(x, x), cost(y, y)
        schedule = temperatures(x, y)
        e = schedule[0]
        damping = 1 / (1 + e / rho)
        g, f = damping * soft_minimum(e, yx, la), damping * soft_minimum(e, xy, lb)
        p, r = damping * soft_minimum(e, xx, la), damping * soft_minimum(e, yy, lb)
        for e in schedule:
            damping = 1 / (1 + e / rho)
            f1 = damping * soft_minimum(e, xy, lb + g / e)
            g1 = damping * soft_minimum(e, yx, la + f / e)
            p1 = damping * soft_minimum(e, xx, la + p / e)
            r1 = damping * soft_minimum(e, yy, lb + r / e)
            f, g, p, r = (f + f1) / 2, (g + g1) / 2, (p + p1) / 2, (r + r1) / 2
    e = BLUR**2
    damping = 1 / (1 + e / rho)
    f, g, p, r = (
        damping * soft_minimum(e, cost(x, y.detach()), (lb + g / e).detach()),
        damping * soft_minimum(e, cost(y, x.detach()), (la + f / e).detach()),
        damping * soft_minimum(e, cost(x, x.detach()), (la + p / e).detach()),
        damping * soft_minimum(e, cost(y, y.detach()), (lb + r / e).detach()),
    )
    left = (a * (torch.exp(-p / rho) - torch.exp(-f / rho))).sum(1)
    right = (b * (torch.exp(-r / rho) - torch.exp(-g / rho))).sum(1)
    return (rho + e / 2) * (left + right)


def alignment():
    generator = torch.Generator().manual_seed(1)
    scale = torch.tensor([640.0, 480.0])
    batch = []
    for _ in range(16):
        keypoints = 200 + 150 * torch.rand(8, 1, 2, generator=generator)
        student = keypoints + 6 * torch.randn(8, 10, 2, generator=generator)
        teacher = keypoints + 2 * torch.randn(8, 10, 2, generator=generator)
        logits = torch.rand(10, generator=generator) * 5 - 2
        scores = 0.2 + 0.75 * torch.rand(10, generator=generator)
        batch.append((student.requires_grad_(), logits.requires_grad_(), teacher, scores))
    lengths = []

    def run():
        total = 0
        for student, logits, teacher, scores in batch:
            student.grad = logits.grad = None
            a = torch.sigmoid(logits).clamp(1e-3, 1 - 1e-3).expand(8, 10)
            total = total + divergence(student / scale, teacher / scale, a, scores.expand(8, 10)).sum()
        (total / len(batch)).backward()

    for student, _, teacher, _ in batch:
        lengths.append(len(temperatures(student / scale, teacher / scale)))
    exponentials = sum(8 * 4 * 100 * (n + 2) for n in lengths)
    return {"ms": milliseconds(run), "exponentials": exponentials}


def frame(side):
    """JPEG of 640 x 480 to a normalised 256 x 256 crop, as cv2 and numpy do it."""
    import cv2
    import numpy as np

    cv2.setNumThreads(THREADS)
    generator = np.random.default_rng(1)
    noise = cv2.resize(generator.integers(0, 255, (48, 64, 3), dtype=np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)
    jpeg = cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    mean = np.array([0.485, 0.456, 0.406], np.float32)
    deviation = np.array([0.229, 0.224, 0.225], np.float32)
    s = SIZE / side
    matrix = np.array([[s, 0, SIZE / 2 - s * 319.5], [0, s, SIZE / 2 - s * 239.5]])

    def run():
        image = cv2.cvtColor(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        normalised = (image.astype(np.float32) / 255 - mean) / deviation
        cv2.warpAffine(normalised, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR).transpose(2, 0, 1)

    return {"ms": milliseconds(run)}


def pose():
    """80 votes, 30 % of them wrong, to a pose by EPnP in RANSAC, without refinement, as the official code does."""
    import cv2
    import numpy as np

    cv2.setNumThreads(THREADS)
    generator = np.random.default_rng(1)
    box = np.array([[x, y, z] for x in (-0.12, 0.12) for y in (-0.08, 0.08) for z in (-0.06, 0.06)])
    rotation = cv2.Rodrigues(np.array([0.7, -0.4, 0.2]))[0]
    k = np.array([[600, 0, 319.5], [0, 600, 239.5], [0, 0, 1]])
    seen = (box @ rotation.T + [0.05, -0.02, 0.9]) @ k.T
    points = np.tile(box, (10, 1))
    pixels = np.tile(seen[:, :2] / seen[:, 2:], (10, 1)) + generator.normal(0, 1.5, (80, 2))
    wrong = generator.random(80) < 0.3
    pixels[wrong] = generator.random((wrong.sum(), 2)) * [640, 480]

    def run():
        cv2.solvePnPRansac(points, pixels, k, None, flags=cv2.SOLVEPNP_EPNP, reprojectionError=5)

    return {"ms": milliseconds(run)}


def machine():
    """Peaks: matrix products or a wide convolution, whichever is quicker, a copy of 256 MB, exponentials in double; the best of several."""

    def best(run, times=7):
        run()
        return min(milliseconds(run, 0, 0) for _ in range(times)) / 1e3

    a = torch.randn(2048, 2048)
    source = torch.randn(1 << 26)
    target = torch.empty_like(source)
    x = torch.randn(1 << 16, dtype=torch.float64)
    y = torch.empty_like(x)

    def gigaflops(dtype):
        matrix = a.to(dtype)
        maps, kernel = (
            torch.randn(shape).to(dtype).contiguous(memory_format=torch.channels_last)
            for shape in ((8, 128, 32, 32), (256, 128, 3, 3))
        )
        with torch.no_grad():
            product = 2 * 2048**3 / best(lambda: matrix @ matrix)
            convolution = 2 * 9 * 128 * 256 * 8 * 32 * 32 / best(lambda: F.conv2d(maps, kernel, padding=1), 20)
        return 1e-9 * max(product, convolution)

    return {
        "float32_gflops": gigaflops(torch.float32),
        "bfloat16_gflops": gigaflops(torch.bfloat16),
        "copy_gb_per_s": 1e-9 * 2 * source.numel() * 4 / best(lambda: target.copy_(source)),
        "exp_per_us": 1e-6 * x.numel() / best(lambda: torch.exp(x, out=y), 50),
        "torch": torch.__version__,
    }


CASES = {
    "machine": machine,
    "alignment": alignment,
    "forward-tiny-h": lambda: forward("DARKNET_TINY_H"),
    "forward-tiny": lambda: forward("DARKNET_TINY"),
    "forward-darknet53": lambda: forward("DARKNET53"),
    "training": lambda: training(False),
    "training-step": lambda: training(True),
    "frame-200": lambda: frame(200),
    "frame-640": lambda: frame(640),
    "pose": pose,
}


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    print(json.dumps({case: CASES[case]() for case in sys.argv[1:]}))
