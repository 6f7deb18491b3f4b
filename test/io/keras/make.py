# Writes files as Keras 2 and Keras 3 do, with h5py, which is what they write with, from the models in ../tfjs/cases.json
# (TensorFlow.js uses the layers and layouts of Keras), and one with attention and a GRU, whose answers NumPy computes:
#   apt-get install python3-h5py && /usr/bin/python3 make.py
import base64, io, json, os, re, zipfile
import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
cases = {case['name']: case for case in json.load(open(os.path.join(here, '../tfjs/cases.json')))}


def weights_of(case):
    """Name -> array of a case of TensorFlow.js'."""
    data, at, found = base64.b64decode(case['weights']), 0, {}
    for spec in case['weightSpecs']:
        size = int(np.prod(spec['shape'])) * 4
        found[spec['name']] = np.frombuffer(data[at:at + size], '<f4').reshape(spec['shape'])
        at += size
    return found


def snake(name):
    name = re.sub(r'\W+', '', name)
    name = re.sub('(.)([A-Z][a-z]+)', r'\1_\2', name)
    return re.sub('([a-z])([A-Z])', r'\1_\2', name).lower()


def is_model(entry):
    return entry['class_name'] in ('Sequential', 'Functional', 'Model')


def own(entry, weights):
    """The weights of a layer in Keras' order: trainable ones first, as they were made."""
    name = entry['config']['name']
    if is_model(entry):
        inner = [pair for layer in entry['config']['layers'] for pair in own(layer, weights)]
        return [pair for pair in inner if 'moving' not in pair[0]] + [pair for pair in inner if 'moving' in pair[0]]
    return [(each, value) for each, value in weights.items() if each.startswith(name + '/')]


def keras2_name(name):
    """lstm/kernel as lstm/lstm_cell/kernel:0"""
    parts = name.split('/')
    if re.search('lstm|gru|rnn', name.lower()):
        parts.insert(-1, 'cell_1')
    return '/'.join(parts) + ':0'


def write_weights(group, layers, weights):
    group.attrs['layer_names'] = [layer['config']['name'].encode() for layer in layers]
    group.attrs['backend'] = b'tensorflow'
    group.attrs['keras_version'] = b'2.11.0'
    for layer in sorted(layers, key=lambda each: each['config']['name']):
        g = group.create_group(layer['config']['name'])
        pairs = own(layer, weights)
        g.attrs['weight_names'] = [keras2_name(name).encode() for name, _ in pairs]
        for name, value in pairs:
            g.create_dataset(keras2_name(name), data=value)


def write_h5(path, case):
    topology = case['modelTopology']
    with h5py.File(path, 'w') as f:
        f.attrs['keras_version'] = '2.11.0'
        f.attrs['backend'] = 'tensorflow'
        f.attrs['model_config'] = json.dumps({'class_name': topology['class_name'], 'config': topology['config']})
        write_weights(f.create_group('model_weights'), topology['config']['layers'], weights_of(case))


def write_legacy_weights(path, case):
    with h5py.File(path, 'w') as f:
        write_weights(f, case['modelTopology']['config']['layers'], weights_of(case))


def serialized(value):
    """Initialisers and regularisers with their modules."""
    if not isinstance(value, dict) or 'class_name' not in value:
        return value
    return {'module': 'keras.initializers', **value, 'registered_name': None}


def tensor_entry(ref):
    config = {'shape': [None], 'dtype': 'float32', 'keras_history': ref[:3]}
    return {'class_name': '__keras_tensor__', 'config': config}


def keras3_layer(entry):
    class_name = {'Model': 'Functional'}.get(entry['class_name'], entry['class_name'])
    config = dict(entry['config'])
    if is_model(entry):
        config = keras3_config(class_name, config)
    else:
        config = {key: serialized(value) for key, value in config.items()}
        config['dtype'] = {'module': 'keras', 'class_name': 'DTypePolicy', 'config': {'name': 'float32'}, 'registered_name': None}
        shape = config.pop('batch_input_shape', None)
        if shape is not None:
            config['batch_shape'] = shape
    result = {'module': 'keras.layers', 'class_name': class_name, 'config': config, 'registered_name': None, 'name': config['name']}
    nodes = entry.get('inbound_nodes', [])
    result['inbound_nodes'] = [
        {'args': [[tensor_entry(ref) for ref in node] if len(node) > 1 else tensor_entry(node[0])], 'kwargs': {}} for node in nodes
    ]
    return result


def keras3_config(class_name, config):
    config = {**config, 'trainable': True, 'layers': [keras3_layer(layer) for layer in config['layers']]}
    for key in ('input_layers', 'output_layers'):
        if key in config and len(config[key]) == 1:
            config[key] = config[key][0]
    return config


def write_variables(group, layers, weights):
    counts = {}
    for layer in layers:
        folder = snake({'Model': 'Functional'}.get(layer['class_name'], layer['class_name']))
        counts[folder] = counts.get(folder, -1) + 1
        g = group.create_group(folder if counts[folder] == 0 else f'{folder}_{counts[folder]}')
        if is_model(layer):
            g.create_group('vars')
            write_variables(g.create_group('layers'), layer['config']['layers'], weights)
            continue
        pairs = [(re.sub('^[^/]*/', '', name), value) for name, value in own(layer, weights)]
        g.create_group('vars')
        for i, (name, value) in enumerate(pairs):
            if '/' in name:  # bidirectional
                at = ('forward_layer' if name.startswith('forward') else 'backward_layer') + '/cell/vars'
                g.require_group(at).create_dataset(str(i % (len(pairs) // 2)), data=value)
            elif snake(layer['class_name']) in ('lstm', 'gru', 'simple_rnn'):
                g.require_group('cell/vars').create_dataset(str(i), data=value)
            elif layer['class_name'] == 'TimeDistributed':
                g.require_group('layer/vars').create_dataset(str(i), data=value)
            else:
                g['vars'].create_dataset(str(i), data=value)


def archive(path, config, fill, method=zipfile.ZIP_STORED):
    data = io.BytesIO()
    with h5py.File(data, 'w') as f:
        fill(f)
        f.create_group('vars')
    with zipfile.ZipFile(path, 'w', method) as z:
        z.writestr('metadata.json', json.dumps({'keras_version': '3.3.3', 'date_saved': '2026-11-30@00:00:00'}))
        z.writestr('config.json', json.dumps(config))
        z.writestr('model.weights.h5', data.getvalue())


def write_keras(path, case, method=zipfile.ZIP_STORED):
    topology = case['modelTopology']
    class_name = {'Model': 'Functional'}.get(topology['class_name'], topology['class_name'])
    config = {'module': 'keras', 'class_name': class_name, 'config': keras3_config(class_name, topology['config']), 'registered_name': 'Functional'}
    fill = lambda f: write_variables(f.create_group('layers'), topology['config']['layers'], weights_of(case))
    archive(path, config, fill, method)


def attention_model():
    """Self-attention, layer normalisation, a GRU with reset_after and a dense layer, in float64."""
    random = np.random.default_rng(3)
    heads, key, width, units = 2, 3, 4, 3
    draw = lambda *shape: (random.normal(size=shape) * 0.6).astype('f4')
    w = {
        **{f'{what}_dense': [draw(width, heads, key), draw(heads, key)] for what in ('query', 'key', 'value')},
        'output_dense': [draw(heads, key, width), draw(width)],
    }
    norm, gru, dense = [draw(width) + 1, draw(width)], [draw(width, 3 * units), draw(units, 3 * units), draw(2, 3 * units)], [draw(units, 2), draw(2)]
    x = draw(2, 5, width)
    project = lambda what: np.einsum('btd,dhk->bthk', x.astype('f8'), w[what][0]) + w[what][1]
    q, k, v = project('query_dense'), project('key_dense'), project('value_dense')
    scores = np.einsum('bqhk,bshk->bhqs', q, k) / np.sqrt(key)
    scores = np.where(np.tril(np.ones((5, 5)))[None, None] > 0, scores, -np.inf)
    p = np.exp(scores - scores.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    y = np.einsum('bqhk,hkd->bqd', np.einsum('bhqs,bshk->bqhk', p, v), w['output_dense'][0]) + w['output_dense'][1]
    y = (y - y.mean(-1, keepdims=True)) / np.sqrt(y.var(-1, keepdims=True) + 1e-3) * norm[0] + norm[1]
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    h = np.zeros((2, units))
    for t in range(5):
        a, b = y[:, t] @ gru[0] + gru[2][0], h @ gru[1] + gru[2][1]
        z, r = sigmoid(a[:, :units] + b[:, :units]), sigmoid(a[:, units:2 * units] + b[:, units:2 * units])
        h = z * h + (1 - z) * np.tanh(a[:, 2 * units:] + r * b[:, 2 * units:])
    out = h @ dense[0] + dense[1]
    layer = lambda kind, config, node: {
        'module': 'keras.layers', 'class_name': kind, 'registered_name': None, 'build_config': {'input_shape': [None, 5, width]},
        'config': {'trainable': True, 'dtype': 'float32', **config}, 'name': config['name'], 'inbound_nodes': [node] if node else [],
    }
    after = lambda name, **kwargs: {'args': [tensor_entry([name, 0, 0])], 'kwargs': kwargs}
    source = tensor_entry(['tokens', 0, 0])
    layers = [
        layer('InputLayer', {'name': 'tokens', 'batch_shape': [None, 5, width], 'sparse': False}, None),
        layer('MultiHeadAttention', {'name': 'attention', 'num_heads': heads, 'key_dim': key, 'value_dim': key, 'dropout': 0.1, 'use_bias': True, 'output_shape': None, 'attention_axes': None},
              {'args': [source, source], 'kwargs': {'value': source, 'use_causal_mask': True, 'training': False}}),
        layer('LayerNormalization', {'name': 'norm', 'axis': -1, 'epsilon': 0.001, 'center': True, 'scale': True, 'rms_scaling': False}, after('attention')),
        layer('GRU', {'name': 'gru', 'units': units, 'activation': 'tanh', 'recurrent_activation': 'sigmoid', 'use_bias': True, 'reset_after': True, 'return_sequences': False}, after('norm', mask=None)),
        layer('Dense', {'name': 'head', 'units': 2, 'activation': 'linear', 'use_bias': True}, after('gru')),
    ]
    config = {'module': 'keras', 'class_name': 'Functional', 'registered_name': 'Functional', 'config': {
        'name': 'functional', 'trainable': True, 'layers': layers, 'input_layers': ['tokens', 0, 0], 'output_layers': {'answer': ['head', 0, 0]}}}

    def fill(f):
        root = f.create_group('layers')
        for name, values in w.items():
            for i, value in enumerate(values):
                root.require_group(f'multi_head_attention/{name}/vars').create_dataset(str(i), data=value)
        for name, values in (('layer_normalization/vars', norm), ('gru/cell/vars', gru), ('dense/vars', dense)):
            for i, value in enumerate(values):
                root.require_group(name).create_dataset(str(i), data=value)

    archive(os.path.join(here, 'attention.keras'), config, fill)
    json.dump({'x': x.flatten().tolist(), 'y': out.flatten().tolist()}, open(os.path.join(here, 'attention.json'), 'w'))


FILES = {
    'network': 'a small network',
    'lstm': 'lstm',
    'lstm-sigmoid': 'lstm with sigmoid',
    'bidirectional': 'bidirectional concat',
    'nested': 'shared and nested',
    'steps': 'time distributed',
    'gate': 'squeeze and excite',
}
for name, case in FILES.items():
    write_h5(os.path.join(here, f'{name}.h5'), cases[case])
    if name not in ('lstm', 'bidirectional', 'gate'):  # their hard sigmoid is another one in Keras 3
        write_keras(os.path.join(here, f'{name}.keras'), cases[case], zipfile.ZIP_DEFLATED if name == 'nested' else zipfile.ZIP_STORED)
write_legacy_weights(os.path.join(here, 'network-legacy.weights.h5'), cases['a small network'])
with h5py.File(os.path.join(here, 'network.weights.h5'), 'w') as f:
    write_variables(f.create_group('layers'), cases['a small network']['modelTopology']['config']['layers'], weights_of(cases['a small network']))
    f.create_group('vars')
attention_model()
