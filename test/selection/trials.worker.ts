import trials from './served.mjs';

trials.serve();
