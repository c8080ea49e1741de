/**
 * What a person expects of a task, and which hints they open, is kept with their progress in the lab.
 */

import { ask, why } from './ask.js';

/**
 * Keeps each prediction as its answer is pressed. It says so at once: while a task's button is busy the
 * page is not brought up to date.
 *
 * @param {string} api of the lab
 * @param {() => Promise<void>} refresh brings the page up to date
 */
export function keepPredictions(api, refresh) {
	document.addEventListener('submit', async (event) => {
		const form = /** @type {HTMLFormElement} */ (event.target);
		const answer = /** @type {HTMLButtonElement | null} */ (event.submitter);
		if (!form.matches('[data-predict]') || !answer) return;
		event.preventDefault();
		const task = Number(/** @type {HTMLInputElement} */ (form.elements.namedItem('task')).value);
		try {
			await ask(`${api}/predict`, { method: 'POST', json: { task, answer: answer.value } });
			for (const other of form.querySelectorAll('[aria-pressed]')) other.setAttribute('aria-pressed', String(other === answer));
			await refresh();
		} catch (error) {
			document.getElementById(`predicted-${task}`)?.replaceChildren(why(error));
		}
	});
}

/**
 * Keeps which hints are opened before their task is done. Nobody waits for that: a hint that could not be
 * noted is opened all the same.
 *
 * @param {string} api of the lab
 */
export function keepHints(api) {
	const kept = new Set();
	document.addEventListener('toggle', (event) => {
		const hint = /** @type {HTMLDetailsElement} */ (event.target);
		if (!hint.matches?.('.hint[open]') || kept.has(hint.id) || !underWay(hint)) return;
		kept.add(hint.id);
		const [task, number] = hint.id.match(/\d+/g).map(Number);
		ask(`${api}/hint`, { method: 'POST', json: { task, hint: number } }).catch(() => kept.delete(hint.id));
	}, true);
}

/** @param {Element} hint */
function underWay(hint) {
	const standing = /** @type {HTMLElement} */ (document.querySelector('#lab-status')).dataset.standing;
	return standing === 'running' && /** @type {HTMLElement} */ (hint.closest('.task')).dataset.state !== 'done';
}
