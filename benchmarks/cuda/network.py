"""The networks as plain PyTorch modules with the official names of tensors, written from the description, to compare with."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

MEAN = (0.485 * 255, 0.456 * 255, 0.406 * 255)
DEVIATION = (0.229 * 255, 0.224 * 255, 0.225 * 255)
TINY = {
    "wdrnet-darknet-tiny": ((16,), (32,), (16, 128, 16, 128), (32, 256, 32, 256), (64, 512, 64, 512, 128)),
    "wdrnet-darknet-tiny-h": ((8,), (16,), (8, 64, 8, 64), (16, 128, 16, 128), (32, 256, 32, 256, 64)),
}
DARKNET53 = ((64, 2), (128, 3), (256, 9), (512, 9), (1024, 5))
PATCH_LEVELS = 2


class Unit(nn.Module):
    """Convolution, batch norm, leaky ReLU."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.leaky_relu(self.bn(self.conv(x)), 0.1, inplace=True)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = Unit(width, width // 2, 1)
        self.conv2 = Unit(width // 2, width, 3)

    def forward(self, x):
        return self.conv2(self.conv1(x)) + x


def stage(units):
    return nn.Sequential(OrderedDict((f"unit{i}", unit) for i, unit in enumerate(units, 1)))


class Backbone(nn.Module):
    """Yields the maps that go to the pyramid, and says their stages (counted from 0) and channels."""

    def __init__(self, name):
        super().__init__()
        self.features = nn.ModuleDict()
        self.pooled = name in TINY
        inputs = 3
        if self.pooled:
            self.stages, self.channels = (2, 4), []
            for number, widths in enumerate(TINY[name]):
                units = []
                for unit, width in enumerate(widths):
                    units.append(Unit(inputs, width, 1 if len(widths) > 1 and unit % 2 == 0 else 3))
                    inputs = width
                self.features[f"stage{number + 1}"] = stage(units)
                if number in self.stages:
                    self.channels.append(inputs)
        else:
            self.stages, self.channels = (2, 3, 4), [256, 512, 1024]
            self.features["init_block"] = Unit(inputs, 32, 3)
            inputs = 32
            for number, (width, units) in enumerate(DARKNET53, 1):
                residuals = [Residual(width) for _ in range(units - 1)]
                self.features[f"stage{number}"] = stage([Unit(inputs, width, 3, 2), *residuals])
                inputs = width

    def forward(self, x):
        if not self.pooled:
            x = self.features["init_block"](x)
        maps = []
        for number in range(5):
            x = self.features[f"stage{number + 1}"](x)
            if self.pooled and number < 4:
                x = F.max_pool2d(x, 2, 2)
            if number in self.stages:
                maps.append(x)
        return maps


class Pyramid(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        stages = [str(2 + i) for i in range(len(channels))]
        self.inner_convs = nn.ModuleDict({s: nn.Conv2d(c, width, 1) for s, c in zip(stages, channels)})
        self.out_convs = nn.ModuleDict({s: nn.Conv2d(width, width, 3, padding=1) for s in stages})
        self.top_blocks = nn.ModuleDict(
            {"p6": nn.Conv2d(channels[-1], width, 3, 2, 1), "p7": nn.Conv2d(width, width, 3, 2, 1)}
        )

    def forward(self, maps):
        inner = [convolve(x) for convolve, x in zip(self.inner_convs.values(), maps)]
        for i in reversed(range(len(inner) - 1)):
            inner[i] = inner[i] + F.interpolate(inner[i + 1], scale_factor=2, mode="nearest")
        levels = [convolve(x) for convolve, x in zip(self.out_convs.values(), inner)]
        p6 = self.top_blocks["p6"](maps[-1])
        return [*levels, p6, self.top_blocks["p7"](F.relu(p6))]


def tower(width):
    layers = []
    for _ in range(4):
        layers += [nn.Conv2d(width, width, 3, padding=1), nn.GroupNorm(32, width), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))


class Head(nn.Module):
    def __init__(self, width, classes, levels):
        super().__init__()
        self.cls_tower, self.pose_tower = tower(width), tower(width)
        self.cls_logits = nn.Conv2d(width, classes, 3, padding=1)
        self.pose_pred = nn.Conv2d(width, 16 * classes, 3, padding=1)
        self.scales = nn.ModuleList(Scale() for _ in range(levels))

    def forward(self, levels):
        logits = [self.cls_logits(self.cls_tower(x)) for x in levels]
        votes = [self.pose_pred(self.pose_tower(x)) * s.scale for x, s in zip(levels, self.scales)]
        return [logits, votes]


class Auxiliary(nn.Module):
    """1x1 convolutions that only training uses: patches of the finest levels, features of all."""

    def __init__(self, width, patches, features, levels):
        super().__init__()
        self.patches = nn.ModuleList(nn.Conv2d(width, patches, 1) for _ in range(PATCH_LEVELS if patches else 0))
        self.features = nn.ModuleList(nn.Conv2d(width, features, 1) for _ in range(levels if features else 0))

    def forward(self, levels):
        outputs = [[convolve(x) for convolve, x in zip(part, levels)] for part in (self.patches, self.features)]
        return [maps for maps in outputs if maps]


def cells(maps):
    return torch.cat([x.permute(0, 2, 3, 1).flatten(1, 2) for x in maps], 1)


class Network(nn.Module):
    """Takes normalised images; returns logits and votes, and in training the auxiliary outputs, each [n, cells, numbers]."""

    def __init__(self, backbone, classes, pyramid_width, patches=0, features=0):
        super().__init__()
        self.backbone = Backbone(backbone)
        self.fpn = Pyramid(self.backbone.channels, pyramid_width)
        levels = len(self.backbone.channels) + 2
        self.head = Head(pyramid_width, classes, levels)
        self.auxiliary = Auxiliary(pyramid_width, patches, features, levels)

    def forward(self, x):
        levels = self.fpn(self.backbone(x))
        outputs = self.head(levels) + (self.auxiliary(levels) if self.training else [])
        return tuple(cells(maps) for maps in outputs)


def normalised(rgb, dtype):
    """uint8 [n, h, w, 3] to what a network takes."""
    mean, deviation = (torch.tensor(v, dtype=dtype, device=rgb.device) for v in (MEAN, DEVIATION))
    return ((rgb.to(dtype) - mean) / deviation).permute(0, 3, 1, 2)
