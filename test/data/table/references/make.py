# Writes sklearn.json: what scikit-learn makes of a table with gaps, of rare and unknown words, and of splits.
# Run with Debian's Python: /usr/bin/python3 test/data/table/references/make.py
import json
import os

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit, TimeSeriesSplit
from sklearn.preprocessing import OneHotEncoder, StandardScaler

random = np.random.default_rng(5)
n, train = 60, 40
age = np.round(random.normal(40, 12, n), 1)
income = np.round(random.lognormal(10, 1, n), 2)
city = random.choice(['Oslo', 'Rome', 'Paris', 'Bern', 'Turin'], n, p=[0.4, 0.3, 0.2, 0.05, 0.05]).astype(object)
won = random.choice(['no', 'yes', 'maybe'], n, p=[0.6, 0.3, 0.1])
city[train - 1] = 'Bern'
city[train + 2] = 'Lima'  # unknown to the training rows
for column in (age, income):
    column[random.choice(n, 6, replace=False)] = np.nan
city[random.choice(n - 5, 5, replace=False)] = None


def numbers(column):
    imputer = SimpleImputer(strategy='median', add_indicator=True)
    filled = imputer.fit(column[:train, None]).transform(column[:, None])
    scaled = StandardScaler().fit(filled[:train, :1]).transform(filled[:, :1])
    return {'values': scaled[:, 0].tolist(), 'missing': filled[:, 1].tolist()}


def words(column, **options):
    filled = SimpleImputer(strategy='most_frequent', missing_values=None).fit(column[:train, None]).transform(column[:, None])
    encoder = OneHotEncoder(handle_unknown='infrequent_if_exist', sparse_output=False, **options).fit(filled[:train])
    return {'names': encoder.get_feature_names_out(['city']).tolist(), 'values': encoder.transform(filled).tolist()}


def target(column, y, smoothing):
    """(sum + smoothing * mean) / (count + smoothing), standardised by the targets; no encoder of this scikit-learn does it."""
    mean, deviation = y[:train].mean(), y[:train].std()
    means = {}
    for word in set(column[:train]) - {None}:
        chosen = y[:train][column[:train] == word]
        means[word] = ((chosen.sum() + smoothing * mean) / (len(chosen) + smoothing) - mean) / deviation
    return {'test': [means.get(word, 0.0) for word in column[train:]], 'means': means}


classes = np.unique(won, return_inverse=True)[1]
folds = StratifiedKFold(5, shuffle=True, random_state=0).split(age, classes)
_, test = next(StratifiedShuffleSplit(1, test_size=0.25, random_state=0).split(age, classes))
blank = lambda column: [None if value is None or value != value else value for value in column.tolist()]
result = {
    'rows': [
        {'age': a, 'income': i, 'city': c, 'won': w}
        for a, i, c, w in zip(blank(age), blank(income), blank(city), won.tolist())
    ],
    'train': train,
    'age': numbers(age),
    'income': numbers(income),
    'city': words(city),
    'rare': words(city, min_frequency=5),
    'few': words(city, max_categories=3),
    'target': target(city, (won == 'yes').astype(float), 10),
    'folds': sorted(np.bincount(classes[rows], minlength=3).tolist() for _, rows in folds),
    'stratified': np.bincount(classes[test], minlength=3).tolist(),
    'time': [
        {'size': size, 'k': k, 'folds': [[a.tolist(), b.tolist()] for a, b in TimeSeriesSplit(k).split(np.zeros(size))]}
        for size, k in ((12, 5), (17, 3), (6, 5))
    ],
}
with open(os.path.join(os.path.dirname(__file__), 'sklearn.json'), 'w') as file:
    json.dump(result, file, separators=(',', ':'))
    file.write('\n')
