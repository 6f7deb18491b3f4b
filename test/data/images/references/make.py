# Writes resize.json: what PyTorch's bilinear interpolation with and without antialiasing makes of small images.
# Run with Debian's Python: /usr/bin/python3 test/data/images/references/make.py
import json
import os

import torch

torch.manual_seed(3)
cases = []
for (height, width), size in (((5, 7), (5, 7)), ((4, 4), (8, 9)), ((9, 8), (4, 3)), ((28, 28), (7, 30)), ((1, 1), (3, 2)), ((6, 5), (1, 1))):
    image = torch.randint(0, 256, (3, height, width))
    entry = {'height': height, 'width': width, 'size': size, 'data': image.permute(1, 2, 0).flatten().tolist()}
    for antialias in (True, False):
        out = torch.nn.functional.interpolate(image[None].double(), size=size, mode='bilinear', antialias=antialias)
        entry['antialias' if antialias else 'plain'] = [round(v, 4) for v in out[0].permute(1, 2, 0).flatten().tolist()]
    cases.append(entry)
with open(os.path.join(os.path.dirname(__file__), 'resize.json'), 'w') as file:
    json.dump(cases, file, separators=(',', ':'))
    file.write('\n')
