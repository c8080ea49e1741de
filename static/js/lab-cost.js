/**
 * The lab about costs: has everything measured, and shows the figures as they come.
 */

import { run } from './experiment.js';
import { refresh, scripts } from './lab.js';

scripts.measure = async (saying) => await run('cost', saying, refresh) ?? 'Everything is measured.';
