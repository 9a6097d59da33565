"""Makes the student that tests use: python3 make.py, in this folder, with any PyTorch."""

import torch
from torch import nn


class Conv(nn.Module):
    """A convolution with batch normalisation and dropout, 16 numbers in, 2 classes out."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU())
        self.dropout = nn.Dropout(0.2)
        self.out = nn.Linear(24, 2)

    def forward(self, x):
        return self.out(self.dropout(self.features(x.reshape(-1, 1, 4, 4)).flatten(1)))


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.jit.save(torch.jit.script(Conv()), "conv.pt")
