"""Makes the student of the step benchmark, in this folder: python3 make.py, with any PyTorch. Weights are set later."""

import torch
from torch import nn

model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
for parameter in model.parameters():
    nn.init.zeros_(parameter)
torch.jit.save(torch.jit.script(model), "perceptron.pt")
