import { ask } from './ask.js';

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((then) => { setTimeout(then, milliseconds); });

/**
 * Whether an experiment has been started and has not ended.
 *
 * @param {string} state
 */
export const underWay = (state) => state === 'waiting' || state === 'running';

/**
 * Has an experiment run, and follows it to its end. One that runs already is followed.
 *
 * @param {string} name
 * @param {(text: string) => void} saying
 * @param {() => Promise<void>} shown is called when there may be more to show
 * @returns {Promise<string|undefined>} what kept it from its end
 */
export async function run(name, saying, shown) {
	const path = `/api/experiments/${name}`;
	let now = await ask(path);
	if (!underWay(now.state)) now = await ask(path, { method: 'POST' });
	while (underWay(now.state)) {
		saying(now.state === 'waiting' ? waiting(now.before) : `${now.done} of ${now.total}`);
		await pause(400);
		now = await ask(path, { byTimer: true });
		await shown();
	}
	return now.fault;
}

/** @param {number} before */
const waiting = (before) => (before ? `Waiting: ${before} before you.` : 'Waiting: yours is next.');
