#!/usr/bin/env python3
"""Runs the exported archives on a device, compares them with the truth and with what Java's CPU answered, and times them.

    check.py EXPORT [--device cuda] [--out results.json] [--networks darknet53 ...] [--no-timing]

Needs PyTorch 2.7 or newer and numpy. The truth is the same network, an independent module of network.py, in float64. Exit code 1
if a comparison fails; the goals are reported, and decide nothing.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time
import warnings
import zlib

import numpy as np
import torch

from network import Network, normalised

# The error of an answer is |answer - truth| / |truth|, 2-norms; it may be as large as that of Java's CPU times a factor.
# float32: libraries sum in other orders, and some convolutions are Winograd's, so a few times the CPU's error is a rounding
# matter; a wrong tensor is off by about 1. bfloat16: both sides round to 8 bits at the same places.
FACTORS = {"float32": 8, "bfloat16": 2}
# What is allowed where the CPU happens to be very close. A unit at the threshold of its ReLU that falls on the other side
# moves a gradient by 1e-4 and one of its tensors by 1e-2, as seen on CPUs.
FLOORS = {
    "float32": {"outputs": 1e-5, "buffers": 1e-5, "gradient": 1e-3, "worst tensor": 5e-2},
    "bfloat16": {"outputs": 1e-2, "buffers": 1e-2, "gradient": 1e-2},
}
# A limit above this would let anything pass.
SENSELESS = 0.5
SAMPLED = 256
GOAL_RATE, GOAL_RATIO = 500, 0.5
BATCHES = {"cuda": (1, 8, 32, 64), "cpu": (1, 2)}
SECONDS, WARM_UP, LEAST, MOST = 0.2, 3, 5, 50


class Rule:
    """Numbers by index, as NumberRule.java makes them."""

    def __init__(self, seed):
        self.seed = seed

    def hash(self, start, count):
        with np.errstate(over="ignore"):
            i = np.arange(start, start + count, dtype=np.uint32)
            h = i * np.uint32(0x9E3779B9) + np.uint32(self.seed * 0x85EBCA6B & 0xFFFFFFFF)
            h ^= h >> np.uint32(16)
            h *= np.uint32(0x85EBCA6B)
            h ^= h >> np.uint32(13)
            h *= np.uint32(0xC2B2AE35)
            h ^= h >> np.uint32(16)
        return h

    def numbers(self, start, count, centre=0.0, spread=1.0):
        unit = (self.hash(start, count) >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
        return np.float32(centre) + np.float32(spread) * unit

    def indices(self, count, size):
        return (self.hash(0, count).astype(np.uint64) * np.uint64(size) >> np.uint64(32)).astype(np.int64)

    def bytes(self, count):
        return (self.hash(0, count) >> np.uint32(24)).astype(np.uint8)


def by_rule(rule, tensors):
    """The tensors by name."""
    values, start = {}, 0
    for tensor in tensors:
        count = int(np.prod(tensor["shape"]))
        flat = rule.numbers(start, count, tensor["centre"], tensor["spread"])
        values[tensor["name"]] = flat.reshape(tensor["shape"])
        start += count
    return values


def flat(values):
    return np.concatenate([v.ravel() for v in values])


def folded(parameters, buffers):
    """Batch norm folded into the convolution before it, in float64, rounded once; the flat vector of the inference graphs."""
    result = []
    for name, value in parameters.items():
        unit = name.removesuffix(".conv.weight")
        if name.startswith("auxiliary.") or ".bn." in name:
            continue
        if unit == name or unit + ".bn.weight" not in parameters:
            result.append(value)
            continue
        gain = parameters[unit + ".bn.weight"] / np.sqrt(buffers[unit + ".bn.running_var"].astype(np.float64) + 1e-5)
        result.append((value * gain[:, None, None, None]).astype(np.float32))
        result.append((parameters[unit + ".bn.bias"] - buffers[unit + ".bn.running_mean"] * gain).astype(np.float32))
    return flat(result)


class Case:
    """One exported network with its numbers on the device."""

    def __init__(self, described, folder, device):
        self.described, self.folder, self.device = described, folder, device
        self.name, self.crop, self.batch = described["name"], described["crop"], described["batch"]
        self.parameters = by_rule(Rule(1), described["parameters"])
        self.buffers = by_rule(Rule(2), described["buffers"])
        vector = flat(self.parameters.values())
        if zlib.crc32(vector.tobytes()) != described["parameters_crc32"]:
            sys.exit(f"{self.name}: the weights made here are not those of the export")
        self.w = torch.from_numpy(vector).to(device)
        self.folded = torch.from_numpy(folded(self.parameters, self.buffers)).to(device)
        shape = (max(self.batch, *BATCHES[device]), self.crop, self.crop, 3)
        self.crops = torch.from_numpy(Rule(3).bytes(int(np.prod(shape))).reshape(shape)).to(device)
        self.rgb = self.crops[: self.batch]

    def vector_of_buffers(self):
        return torch.from_numpy(flat(self.buffers.values())).to(self.device)

    def module(self, dtype, training):
        sizes = ("classes", "pyramid_width", "patches", "features")
        with torch.device("meta"):  # nothing is initialised in vain
            module = Network(self.described["backbone"], *(self.described[s] for s in sizes))
        state = {n: torch.from_numpy(v) for n, v in {**self.parameters, **self.buffers}.items()}
        counters = {n: torch.zeros(()) for n in module.state_dict() if n.endswith("num_batches_tracked")}
        module.load_state_dict({**state, **counters}, assign=True)
        return module.to(self.device, dtype, memory_format=torch.channels_last).train(training)

    def load(self, run):
        return torch.jit.load(str(self.folder / run["archive"]), map_location=self.device)

    def file(self, name):
        return np.fromfile(self.folder / name, dtype="<f4")

    def kept(self):
        """Of each tensor, the entries of its gradient that the export keeps."""
        for value in self.parameters.values():
            yield np.arange(value.size) if value.size <= SAMPLED else Rule(4).indices(SAMPLED, value.size)

    def sampled(self, vector):
        """One array for each tensor."""
        parts, start = [], 0
        for kept, value in zip(self.kept(), self.parameters.values()):
            parts.append(vector[start + kept])
            start += value.size
        return parts


def loss(outputs):
    """Half the sum of squares: its gradient at the outputs are the outputs."""
    return sum(output.square().sum() for output in outputs) / 2


def numbers(tensors):
    return [t.detach().double().cpu().numpy().ravel() for t in tensors]


def error(answer, truth):
    """The largest over the arrays of the two lists; not a number counts as infinite."""
    errors = [np.linalg.norm(a - t) / np.linalg.norm(t) for a, t in zip(answer, truth, strict=True)]
    return float(np.nan_to_num(max(errors, key=lambda e: np.inf if np.isnan(e) else e), nan=np.inf))


def errors(answer, truth, precision):
    """By what is compared. In bfloat16 single tensors of the gradient are rounding noise, on any device; the whole is not."""
    result = {what: error(answer[what], truth[what]) for what in truth}
    if "gradient" in truth:
        if precision == "float32":
            result["worst tensor"] = result["gradient"]
        result["gradient"] = error([flat(answer["gradient"])], [flat(truth["gradient"])])
    return result


def truth(case, mode):
    """Outputs; in training also gradient and buffers."""
    module = case.module(torch.float64, mode == "training")
    x = normalised(case.rgb, torch.float64).contiguous(memory_format=torch.channels_last)
    if mode == "inference":
        with torch.no_grad():
            return {"outputs": numbers(module(x))}
    outputs = module(x)
    loss(outputs).backward()
    gradients = dict(module.named_parameters())
    state = module.state_dict()
    return {
        "outputs": numbers(outputs),
        "gradient": case.sampled(flat(numbers(gradients[n].grad for n in case.parameters))),
        "buffers": [flat(numbers(state[n] for n in case.buffers))],
    }


def answer(case, run, net):
    if run["mode"] == "inference":
        with torch.no_grad():
            return {"outputs": numbers(net.forward(case.rgb, net.prepare(case.folded)))}
    w, b = case.w.clone().requires_grad_(), case.vector_of_buffers()
    outputs = net(case.rgb, w, b)
    loss(outputs).backward()
    return {"outputs": numbers(outputs), "gradient": case.sampled(numbers([w.grad])[0]), "buffers": numbers([b])}


def java(case, run):
    answers = {"outputs": [case.file(f) for f in run["outputs"]]}
    if run["mode"] == "training":
        answers["gradient"] = np.split(case.file(run["gradient"]), np.cumsum([len(k) for k in case.kept()])[:-1])
        answers["buffers"] = [case.file(run["buffers"])]
    return answers


def compare(case, device, results):
    """Every run against the truth; True if all hold. On CUDA, float32 also with TF32, which PyTorch, and so the product, uses."""
    truths = {mode: truth(case, mode) for mode in ("inference", "training")}
    runs = {(run["mode"], run["precision"]): run for run in case.described["runs"]}
    theirs = {key: errors(java(case, run), truths[key[0]], key[1]) for key, run in runs.items()}
    good = True

    def judge(mode, kind, like, factor):
        nonlocal good
        run = runs[mode, kind.split()[0]]
        for what, ours in errors(answer(case, run, case.load(run)), truths[mode], like).items():
            limit = max(theirs[mode, like][what] * factor, FLOORS[like][what])
            holds = ours <= limit < SENSELESS
            good &= holds
            results.append(
                dict(network=case.name, mode=mode, precision=kind, what=what, error=ours, limit=limit, holds=holds)
            )
            verdict = "ok  " if holds else "FAIL"
            print(f"{verdict} {case.name:15}{mode:10}{kind:13}{what:13} error {ours:.1e}, limit {limit:.1e}", flush=True)

    for mode, precision in runs:
        torch.backends.cudnn.allow_tf32 = False
        judge(mode, precision, precision, FACTORS[precision])
        torch.backends.cudnn.allow_tf32 = True
        if device == "cuda" and precision == "float32":
            # TF32 keeps 11 bits of each factor, bfloat16 8, so it must not be further off
            judge(mode, "float32 TF32", "bfloat16", 1)
    return good


def check_memory(archive, device, results):
    """Memory for a batch of 64 crops: pinned where there is a GPU, and how long it then takes to get there."""
    net, size = torch.jit.load(str(archive)), 64 * 256 * 256 * 3
    memory = net(size, device == "cuda")
    holds = memory.shape == (size,) and memory.dtype == torch.uint8 and memory.is_pinned() == (device == "cuda")
    results.append(dict(network="memory", what="pinned", holds=holds))
    print(f"{'ok  ' if holds else 'FAIL'} memory for crops: {size / 2**20:.0f} MiB, pinned {memory.is_pinned()}", flush=True)
    if device == "cuda":
        for kind, host in (("ordinary", net(size, False)), ("pinned", memory)):
            ms = median_ms(device, lambda host=host: host.to(device))
            print(f"     from {kind} memory to the device: {ms:.3f} ms, {size / ms / 1e6:.1f} GB/s", flush=True)
    return holds


def median_ms(device, run):
    for _ in range(WARM_UP):
        run()
    times, end = [], time.perf_counter() + SECONDS
    if device == "cuda":
        torch.cuda.synchronize()
    while len(times) < LEAST or time.perf_counter() < end and len(times) < MOST:
        if device == "cuda":
            start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            run()
            stop.record()
            stop.synchronize()
            times.append(start.elapsed_time(stop))
        else:
            begin = time.perf_counter()
            run()
            times.append(1e3 * (time.perf_counter() - begin))
    return statistics.median(times)


def forward_of_ours(case, net, batch, copies=False):
    """With copies: from bytes in pinned memory to floats in the host's memory."""
    prepared, rgb = net.prepare(case.folded), case.crops[:batch]
    host = rgb.cpu().pin_memory() if copies else None

    def run():
        with torch.no_grad():
            outputs = net.forward(host.to(case.device, non_blocking=True) if copies else rgb, prepared)
            if copies:
                [o.cpu() for o in outputs]

    return run


def step_of_ours(case, net, batch):
    rgb, w, b = case.crops[:batch], case.w.clone().requires_grad_(), case.vector_of_buffers()

    def run():
        w.grad = None
        outputs = net(rgb, w, b)
        loss(outputs).backward()

    return run


def eager(case, module, batch):
    """PyTorch's own network on images that are normalised and laid out already."""
    x = normalised(case.crops[:batch], torch.float32).to(torch.bfloat16).contiguous(memory_format=torch.channels_last)

    def run():
        if not module.training:
            with torch.no_grad():
                module(x)
            return
        module.zero_grad()
        loss(module(x)).backward()

    return run


def measured(case, device, side, mode, precision, batch, run, results):
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    ms = median_ms(device, run)
    memory = torch.cuda.max_memory_allocated() / 2**20 if device == "cuda" else None
    rate = 1e3 * batch / ms
    results.append(
        dict(network=case.name, side=side, mode=mode, precision=precision, batch=batch, ms=ms, rate=rate, peak_mib=memory)
    )
    peak = "" if memory is None else f"{memory:9.0f} MiB"
    print(f"{case.name:11}{side:22}{mode:10}{precision:9}{batch:4}{ms:10.2f} ms{rate:9.0f} frames/s{peak}", flush=True)


def time_all(case, device, results):
    for run in case.described["runs"]:
        net, mode, precision = case.load(run), run["mode"], run["precision"]
        module = case.module(torch.bfloat16, mode == "training") if precision == "bfloat16" else None
        for batch in BATCHES[device]:
            if mode == "inference":
                work = forward_of_ours(case, net, batch)
            else:
                work = step_of_ours(case, net, batch)
            measured(case, device, "ours", mode, precision, batch, work, results)
            if module:
                work = eager(case, module, batch)
                measured(case, device, "eager channels-last", mode, precision, batch, work, results)
            if precision == "bfloat16" and mode == "inference" and device == "cuda":
                work = forward_of_ours(case, net, batch, copies=True)
                measured(case, device, "ours with copies", mode, precision, batch, work, results)
        if precision == "bfloat16" and case.name == "darknet53" and device == "cuda":
            torch.backends.cudnn.benchmark = True
            work = forward_of_ours(case, net, 32) if mode == "inference" else step_of_ours(case, net, 32)
            measured(case, device, "ours, cuDNN searching", mode, precision, 32, work, results)
            torch.backends.cudnn.benchmark = False


def goals(timings):
    """The best batch's rate, and the ratio to eager at the same batch."""
    rates = {
        (t["side"], t["batch"]): t["rate"]
        for t in timings
        if t["network"] == "darknet53" and t["mode"] == "inference" and t["precision"] == "bfloat16"
    }
    batches = [b for side, b in rates if side == "ours"]
    if not batches:
        return {}
    best = max(batches, key=lambda b: rates["ours", b])
    ratios = {b: rates["ours", b] / rates["eager channels-last", b] for b in batches}
    for batch, ratio in ratios.items():
        print(f"darknet53, batch {batch}: {ratio:.2f} of eager channels-last bfloat16 (goal {GOAL_RATIO})")
    print(f"darknet53: {rates['ours', best]:.0f} frames/s with batches of {best} (goal {GOAL_RATE})")
    return dict(rate=rates["ours", best], batch=best, ratios=ratios)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=pathlib.Path)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--networks", nargs="+")
    parser.add_argument("--no-timing", action="store_true")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("no GPU: PyTorch " + torch.__version__ + " sees none; --device cpu runs without")
    begin = time.perf_counter()
    index = json.loads((arguments.export / "index.json").read_text())
    name = torch.cuda.get_device_name() if arguments.device == "cuda" else "CPU"
    print(f"{name}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}")
    good, comparisons, timings = True, [], []
    # as the product: it switches the optimizing executor off
    with torch.jit.optimized_execution(False):
        good &= check_memory(arguments.export / index["memory"], arguments.device, comparisons)
        for described in index["networks"]:
            if arguments.networks and described["name"] not in arguments.networks:
                continue
            case = Case(described, arguments.export, arguments.device)
            good &= compare(case, arguments.device, comparisons)
            if not arguments.no_timing and case.crop == 256:
                time_all(case, arguments.device, timings)
    reached = goals(timings)
    seconds = time.perf_counter() - begin
    print(f"{sum(c['holds'] for c in comparisons)} of {len(comparisons)} comparisons hold; {seconds:.0f} s")
    if arguments.out:
        result = dict(device=name, torch=torch.__version__, seconds=seconds, holds=good, goals=reached)
        arguments.out.write_text(json.dumps({**result, "comparisons": comparisons, "timings": timings}, indent=1))
    sys.exit(0 if good and comparisons else 1)


if __name__ == "__main__":
    main()
