"""Makes the student that tests use: python3 make.py, in this folder, with any PyTorch."""

import torch
from torch import nn


class Small(nn.Module):
    """A convolution with batch normalisation and dropout for inputs of 2 x 2."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 2, bias=False), nn.BatchNorm2d(4), nn.ReLU())
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(4, 3)

    def forward(self, x):
        return self.out(self.dropout(self.features(x.reshape(-1, 1, 2, 2)).flatten(1)))


if __name__ == "__main__":
    torch.manual_seed(1)
    torch.jit.save(torch.jit.script(Small()), "small.pt")
