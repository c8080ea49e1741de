/**
 * The lab about theft: has the table filled, and shows it as it fills.
 */

import { ask } from './ask.js';
import { refresh, scripts } from './lab.js';

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((then) => { setTimeout(then, milliseconds); });

scripts.table = async (saying) => {
	while (!await started(saying)) await pause(1000);
	let experiment;
	do {
		await pause(400);
		experiment = await ask('/api/experiments/steal', { byTimer: true });
		await refresh();
		saying(`${experiment.done} of ${experiment.total}: ${experiment.doing}`);
	} while (experiment.state === 'running');
	return experiment.fault ?? 'The table is full.';
};

/**
 * One experiment runs at a time: whoever comes second waits.
 *
 * @param {(text: string) => void} saying
 */
async function started(saying) {
	try {
		return await ask('/api/experiments/steal', { method: 'POST' });
	} catch (error) {
		if (/** @type {import('./ask.js').Refusal} */ (error).status !== 409) throw error;
		saying('Another experiment is running here. This one begins when that has ended.');
		return null;
	}
}
