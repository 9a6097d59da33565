"""Makes the student that tests of the trainer use: python3 make.py, in this folder, with any PyTorch."""

import torch
from torch import nn

torch.manual_seed(1)
model = nn.Sequential(nn.Linear(12, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 4))
torch.jit.save(torch.jit.script(model), "small.pt")
