import { ask } from './ask.js';
import { pause } from './pause.js';

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
		now = await persistent(() => ask(path, { byTimer: true }), saying);
		await shown();
	}
	return now.fault;
}

/** How often in a row a request may fail before nobody goes on asking. */
const TRIES = 5;

/**
 * Asks for what an experiment has come to, and again when that fails: the experiment goes on
 * meanwhile.
 *
 * @template T
 * @param {() => Promise<T>} what
 * @param {(text: string) => void} saying
 * @returns {Promise<T>}
 */
export async function persistent(what, saying) {
	for (let left = TRIES; ; left--) {
		try {
			return await what();
		} catch (error) {
			if (left === 0) throw error;
			saying('No answer. Asking again.');
			await pause(2000);
		}
	}
}

/** @param {number} before */
const waiting = (before) => (before ? `Waiting: ${before} ahead of you.` : 'Waiting: yours is next.');
