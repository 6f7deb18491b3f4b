import type { CallbackOf, ControlOf } from '../fitListeners.js';
import type { Model } from '../model.js';

/** What a callback can use and do. */
export type TrainingControl = ControlOf<Model>;

/** Functions that `fit` calls during training. All are optional; `fit` awaits promises they return. */
export type Callback = CallbackOf<Model>;
