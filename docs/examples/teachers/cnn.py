"""A convolutional teacher for a dataset in MNIST's format, trained on the first half of its training files.

    python3 cnn.py /usr/share/datasets/fashion-mnist teacher.pt [EPOCHS]

Plain PyTorch and NumPy. What makes the file a good citizen is its extra file decant.json: it says which input the
teacher takes and which samples it has seen, so that a stream can leave those out. forward_with_hints is for students that
are told more than the answer: where the last convolution is active, 7 x 7 numbers, and the last hidden layer, 128.
"""

import gzip
import hashlib
import json
import os
import sys
from typing import Dict, Tuple

import numpy as np
import torch
from torch import Tensor, nn


def idx(folder, name):
    path = os.path.join(folder, name)
    with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
        data = file.read()
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(dims)


class Teacher(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Unflatten(1, (1, 28)),
            nn.Conv2d(1, 24, 3, padding=1, bias=False), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.1),
            nn.Conv2d(24, 48, 3, padding=1, bias=False), nn.BatchNorm2d(48), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.2),
        )
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(48 * 7 * 7, 128), nn.ReLU())
        self.out = nn.Sequential(nn.Dropout(0.4), nn.Linear(128, 10))

    def forward(self, x):
        return self.out(self.hidden(self.maps(x)))

    @torch.jit.export
    def forward_with_hints(self, x) -> Tuple[Tensor, Dict[str, Tensor]]:
        maps = self.maps(x)
        hidden = self.hidden(maps)
        return self.out(hidden), {"maps": maps.square().sum(1), "hidden": hidden}


def main(folder, out, epochs):
    torch.manual_seed(1)
    images, labels = idx(folder, "train-images-idx3-ubyte"), idx(folder, "train-labels-idx1-ubyte")
    half = len(images) // 2
    digest = hashlib.sha256(str(list(images.shape)).encode() + images.tobytes() + labels.tobytes()).hexdigest()
    pixels = images[:half].astype(np.float64) / 255
    mean, sd = float(pixels.mean()), float(pixels.std())
    x = torch.from_numpy(((images[:half] / 255 - mean) / sd).astype(np.float32))
    y = torch.from_numpy(labels[:half].astype(np.int64))
    model = Teacher()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = epochs * (half // 128)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=batches)
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(half)
        for at in range(0, half - 127, 128):
            rows = order[at : at + 128]
            batch = x[rows]
            flip = torch.rand(len(rows)) < 0.5  # Clothes look the same from either side; digits do not.
            if "fashion" in folder:
                batch[flip] = batch[flip].flip(2)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(batch), y[rows]).backward()
            optimizer.step()
            schedule.step()
        print("epoch", epoch + 1, flush=True)
    model.eval()
    tests, truth = idx(folder, "t10k-images-idx3-ubyte"), idx(folder, "t10k-labels-idx1-ubyte")
    with torch.no_grad():
        z = torch.cat([model(torch.from_numpy(((part / 255 - mean) / sd).astype(np.float32))) for part in np.array_split(tests, 40)])
    accuracy = float((z.argmax(1).numpy() == truth).mean())
    about = {
        "input": {"dtype": "u8", "shape": list(images.shape[1:]), "scale": 1 / 255, "mean": mean, "sd": sd},
        "takesRaw": False,
        "trainedOn": {"datasetDigest": digest, "from": 0, "to": half},
        "accuracy": accuracy,
    }
    torch.jit.save(torch.jit.script(model), out, _extra_files={"decant.json": json.dumps(about)})
    print(f"{accuracy:.4f} of the test files right, {sum(p.numel() for p in model.parameters())} parameters")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 6)
