/**
 * The lab about cost: has everything measured, and shows the figures as they arrive.
 */

import { run } from './experiment.js';
import { refresh, scripts } from './lab.js';

scripts.measure = async (saying) => await run('cost', saying, refresh) ?? 'All measurements are done.';
