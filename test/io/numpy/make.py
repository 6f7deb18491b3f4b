# Writes cases.json: arrays as NumPy saves them, with their values, and archives of some: /usr/bin/python3 make.py
import base64, io, json, os
import numpy as np
from numpy.lib import format as npy

here = os.path.dirname(os.path.abspath(__file__))


def saved(array, version=None):
    data = io.BytesIO()
    npy.write_array(data, array, version=version)
    return base64.b64encode(data.getvalue()).decode()


base = np.arange(-6, 6).reshape(3, 4)
arrays = {}
for code in ('f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1'):
    for order in '<>' if code[1] != '1' else '|':
        arrays[order + code] = (np.abs(base) if code[0] == 'u' else base if code[0] in 'ib' else base / 8).astype(order + code)
arrays['Fortran order'] = np.asfortranarray(np.arange(24, dtype='<f4').reshape(2, 3, 4))
arrays['Fortran order, big-endian'] = np.asfortranarray(np.arange(6, dtype='>i4').reshape(2, 3))
arrays['no axes'] = np.array(2.5)
arrays['one axis'] = np.arange(3, dtype='u1')
arrays['size 0'] = np.zeros((2, 0, 3), 'f4')
arrays['special values'] = np.array([np.inf, -np.inf, np.nan, 6e-8, -0.0], 'f2')


def entry(name, array, data):
    values = [str(value) if not np.isfinite(value) else float(value) for value in array.flatten()]
    return {'name': name, 'npy': data, 'shape': list(array.shape), 'values': values, 'dtype': 'f32' if array.dtype.kind == 'f' else 'i32'}


cases = [entry(name, array, saved(array)) for name, array in arrays.items()]
for version in ((1, 0), (2, 0), (3, 0)):
    cases.append(entry(f'version {version[0]}', base, saved(base, version)))
archives = {}
for name, save in (('stored', np.savez), ('deflated', np.savez_compressed)):
    data = io.BytesIO()
    save(data, a=base, b=np.ones(1000, 'f4'), arr_0=np.array(True))
    archives[name] = base64.b64encode(data.getvalue()).decode()
refused = {
    'complex numbers': np.ones(2, 'c8'),
    'text': np.array(['a', 'b']),
    'dates': np.array(['2026-11-30'], 'M8[D]'),
    'records': np.zeros(2, [('a', 'f4')]),
    'whole numbers of 64 bits': np.array([2 ** 40]),
    'seven axes': np.zeros((1,) * 7, 'f4'),
}
json.dump({'cases': cases, 'archives': archives, 'refused': {name: saved(array) for name, array in refused.items()}},
          open(os.path.join(here, 'cases.json'), 'w'))
