/**
 * The lab about theft: has the table filled, and shows it while it fills.
 */

import { run } from './experiment.js';
import { refresh, scripts } from './lab.js';

scripts.table = async (saying) => await run('steal', saying, refresh) ?? 'The table is complete.';
