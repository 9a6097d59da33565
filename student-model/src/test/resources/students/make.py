"""Makes the students that tests use: python3 make.py, in this folder, with any PyTorch."""

from typing import Dict, Tuple

import torch
from torch import Tensor, nn


class Everything(nn.Module):
    """Parts by name and by number, optional biases, a frozen parameter, buffers of several types."""

    def __init__(self):
        super().__init__()
        self.parts = nn.Sequential(nn.Conv2d(1, 3, 3, bias=False), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 2, 1))
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(8, 3)
        self.frozen = nn.Parameter(torch.full((2,), 0.5), requires_grad=False)
        self.unused = nn.Parameter(torch.ones(4))
        self.register_buffer("mask", torch.ones(8, dtype=torch.bool))
        self.register_buffer("scale", torch.tensor(2.0))

    def forward(self, x):
        x = self.parts(x.reshape(-1, 1, 4, 4)) * self.frozen.reshape(1, 2, 1, 1) * self.scale
        return self.out(self.dropout(torch.where(self.mask, x.flatten(1), torch.zeros_like(x.flatten(1)))))


class Tied(nn.Module):
    """Two names for one weight."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4, bias=False)
        self.second = nn.Linear(4, 4, bias=False)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))


class Perceptron(nn.Module):
    """What Decant generates itself, to compare with."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 8)
        self.fc2 = nn.Linear(8, 5)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(x.half()).float()


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(x), x


class Views(nn.Module):
    """A weight with its rows and columns exchanged, in one storage with its bias."""

    def __init__(self):
        super().__init__()
        both = torch.randn(20)
        self.bias = nn.Parameter(both[1:4])
        self.weight = nn.Parameter(both[5:17].view(4, 3).t())

    def forward(self, x):
        return nn.functional.linear(x, self.weight, self.bias)


class Expanded(nn.Module):
    """Four biases that are one number in memory."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.bias = nn.Parameter(torch.zeros(1).expand(4))

    def forward(self, x):
        return self.fc(x) + self.bias


class Layered(nn.Module):
    """Says what a layer of it holds."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 12)
        self.out = nn.Linear(12, 3)

    def forward(self, x):
        return self.forward_with_hints(x)[0]

    @torch.jit.export
    def forward_with_hints(self, x) -> Tuple[Tensor, Dict[str, Tensor]]:
        maps = self.fc(x.flatten(1)).reshape(-1, 3, 2, 2)
        return self.out(torch.relu(maps.flatten(1))), {"maps": maps, "flat": maps.flatten(1)}


if __name__ == "__main__":
    torch.manual_seed(1)
    for module in (Everything(), Tied(), Perceptron(), Half().half(), Pair(), Views(), Expanded(), Layered()):
        torch.jit.save(torch.jit.script(module), type(module).__name__.lower() + ".pt")
    torch.jit.save(torch.jit.freeze(torch.jit.script(Perceptron().eval())), "frozen.pt")
