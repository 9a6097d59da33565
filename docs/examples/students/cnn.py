"""A student for 28 x 28 images: two convolutions with batch normalisation, dropout, 93 282 parameters.

    python3 cnn.py cnn.pt
    python3 cnn.py cnn.pt --hints

Plain PyTorch. What Decant needs of a student: standardised fp32 inputs [B, ...] in, logits [B, C] out, saved
as TorchScript, not frozen. Dropout and batch statistics are Decant's business: it trains the module in training mode
and predicts in evaluation mode.

With --hints the file also says what its layers hold, for hints: forward_with_hints returns the logits of forward and the
layers by name, in one pass. A linear layer that only hints use makes "hidden" as wide as the teacher's.
"""

import sys
from typing import Dict, Tuple

import torch
from torch import Tensor, nn


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


class Told(Cnn):
    """The same, and the layers that a teacher's are compared with."""

    def __init__(self, classes: int = 10, teachers_width: int = 128):
        super().__init__(classes)
        self.widened = nn.Linear(56, teachers_width)

    @torch.jit.export
    def forward_with_hints(self, x) -> Tuple[Tensor, Dict[str, Tensor]]:
        maps = self.features(x.reshape(-1, 1, 28, 28))
        hidden = torch.relu(self.hidden(self.dropout(maps.flatten(1))))
        return self.out(hidden), {"maps": maps, "hidden": self.widened(hidden)}


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Told() if "--hints" in sys.argv else Cnn()
    torch.jit.save(torch.jit.script(model), sys.argv[1])
    print(sum(p.numel() for p in model.parameters()), "parameters")
