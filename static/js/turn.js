/**
 * Checking a password takes a processor's time, and many may ask for it at once: the site holds
 * each request until it has its turn. Meanwhile this tells, beside the button, how many are ahead of it.
 */

import { ask } from './ask.js';
import { pause } from './pause.js';

/** How often a request is sent again when no more can wait: for half a minute or so. */
const TRIES = 6;

/**
 * Does what takes a turn. When no more can wait, it tries again by itself, and says so.
 *
 * @template T
 * @param {HTMLElement} button
 * @param {() => Promise<T>} what
 * @returns {Promise<T>}
 */
export async function inTurn(button, what) {
	const { say, stop } = watch(button);
	try {
		for (let left = TRIES; ; left--) {
			try {
				return await what();
			} catch (error) {
				const { before } = /** @type {import('./ask.js').Refusal} */ (error);
				if (!before || left === 0) throw error;
				say(`${before} ahead of you, and no more can wait. Trying again in a few seconds.`);
				await pause(3000 + Math.random() * 4000);
			}
		}
	} finally {
		stop();
	}
}

/**
 * Says each second beside a button how many are ahead of this browser's request, while it waits.
 *
 * @param {HTMLElement} button
 */
function watch(button) {
	const said = Object.assign(document.createElement('small'), { className: 'muted', role: 'status' });
	button.after(said);
	/** @param {string} text */
	const say = (text) => { said.textContent = text; };
	const timer = setInterval(async () => {
		const { before, waiting } = await ask('/api/turns').catch(() => ({}));
		if (waiting) say(before ? `${before} ahead of you` : 'You are next');
	}, 1000);
	return {
		say,
		stop() {
			clearInterval(timer);
			said.remove();
		},
	};
}
