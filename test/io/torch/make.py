# Writes cases.json: weights of small PyTorch models, an input and their output: /usr/bin/python3 make.py (torch 1.13)
import base64, json, os
import torch
from torch import nn

torch.manual_seed(3)
here = os.path.dirname(os.path.abspath(__file__))
nchw = lambda x: x.permute(0, 2, 3, 1)


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(2, 4, 3, stride=2, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.act = nn.PReLU(4)
        self.depth = nn.Conv2d(4, 8, 3, groups=4)
        self.up = nn.ConvTranspose2d(8, 3, 2, stride=2)
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        z = self.up(self.depth(self.act(self.bn(self.stem(x.permute(0, 3, 1, 2))))))
        return self.head(z.mean(dim=(2, 3)))


class Sequences(nn.Module):
    def __init__(self, kind, both=False, layers=1):
        super().__init__()
        self.rnn = getattr(nn, kind)(3, 4, batch_first=True, bidirectional=both, num_layers=layers)
        self.out = nn.Linear(8 if both else 4, 2)

    def forward(self, x):
        return self.out(self.rnn(x)[0])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(7, 4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm = nn.LayerNorm(4)
        self.conv = nn.Conv1d(4, 3, 2)
        self.last = nn.Linear(3, 7, bias=False)

    def forward(self, x):
        z = self.tokens(x.long())
        z = self.norm(self.attention(z, z, z)[0])
        return self.last(self.conv(z.transpose(1, 2)).transpose(1, 2))


def case(name, model, x):
    for key, value in model.state_dict().items():
        if 'running_var' in key:
            value.copy_(torch.rand(value.shape) + 0.5)
        elif value.dtype == torch.float32:
            value.copy_(torch.randn(value.shape) * 0.5)
    model.eval()
    with torch.no_grad():
        y = model(x)
    encode = lambda t: {'shape': list(t.shape), 'values': base64.b64encode(t.contiguous().float().numpy().tobytes()).decode()}
    # Sorted by name, as safetensors files are.
    return {'name': name, 'tensors': {key: encode(value) for key, value in sorted(model.state_dict().items())}, 'x': encode(x), 'y': encode(y)}


many = nn.Sequential(*[layer for _ in range(6) for layer in (nn.Linear(3, 3), nn.Tanh())], nn.Linear(3, 2))
cases = [
    case('many', many, torch.randn(2, 3)),
    case('images', Images(), torch.randn(2, 9, 7, 2)),
    *[case(kind, Sequences(kind), torch.randn(2, 5, 3)) for kind in ('RNN', 'LSTM', 'GRU')],
    *[case(f'{kind} both ways', Sequences(kind, True), torch.randn(2, 5, 3)) for kind in ('LSTM', 'GRU')],
    case('LSTM of two layers', Sequences('LSTM', False, 2), torch.randn(2, 5, 3)),
    case('attention', Attention(), torch.tensor([[0., 3, 6, 1], [2, 2, 5, 4]])),
]
json.dump(cases, open(os.path.join(here, 'cases.json'), 'w'))
