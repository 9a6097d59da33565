"""A student for 28 x 28 images: two convolutions with batch normalisation, dropout, 93 282 parameters.

    python3 cnn.py cnn.pt

Plain PyTorch. What Decant needs of a student: standardised fp32 inputs [B, ...] in, logits [B, C] out, saved
as TorchScript, not frozen. Dropout and batch statistics are Decant's business: it trains the module in training mode
and predicts in evaluation mode.
"""

import sys

import torch
from torch import nn


class Cnn(nn.Module):
    def __init__(self, classes: int = 10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.dropout = nn.Dropout(0.1)
        self.hidden = nn.Linear(32 * 7 * 7, 56)
        self.out = nn.Linear(56, classes)

    def forward(self, x):
        x = self.features(x.reshape(-1, 1, 28, 28))
        x = torch.relu(self.hidden(self.dropout(x.flatten(1))))
        return self.out(x)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Cnn()
    torch.jit.save(torch.jit.script(model), sys.argv[1])
    print(sum(p.numel() for p in model.parameters()), "parameters")
