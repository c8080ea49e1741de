/**
 * The experiments below the server room: starts one without leaving the page, and
 * shows what it has found so far until it has ended.
 */

import { ask, why } from './ask.js';
import { underWay } from './experiment.js';
import { swap } from './swap.js';

const said = /** @type {HTMLElement} */ (document.querySelector('#experiments-said'));

/** How often the page asks how far it is. */
const pause = 300;

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('[data-experiment]')) return;
	event.preventDefault();
	try {
		const { name, title } = await ask(form.action, { method: 'POST' });
		tell(`“${title}” has begun, or waits for its turn.`, 'good');
		await follow(`experiment-${name}`, `#${name}-title`);
	} catch (error) {
		tell(why(error), 'bad');
	}
});

/** What changes while an experiment runs: the rest stays, scrolled as it is. */
const parts = ['.experiment-runs', 'tbody', '.plots'];

/**
 * Shows what an experiment finds, until it has ended.
 *
 * @param {string} id of its part of the page
 * @param {string} [heading] that has the focus from now on: the button is gone
 */
async function follow(id, heading) {
	let page = await swap('/servers', `#${id}`);
	if (heading) /** @type {HTMLElement} */ (document.querySelector(heading)).focus({ preventScroll: true });
	while (underWay(page.getElementById(id).dataset.state)) {
		await new Promise((resolve) => { setTimeout(resolve, pause); });
		page = await swap('/servers', ...parts.map((part) => `#${id} ${part}`));
	}
	await swap('/servers', `#${id}`);
	const section = document.getElementById(id);
	const title = section.querySelector('h2').textContent;
	if (section.dataset.state === 'done') tell(`“${title}” has been tried to its end.`, 'good');
	else tell(`“${title}” could not be tried to its end.`, 'bad');
}

/** @param {string} text @param {'good'|'bad'} tone */
function tell(text, tone) {
	said.textContent = text;
	said.dataset.tone = tone;
}

for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.experiment'))) {
	if (underWay(section.dataset.state)) follow(section.id).catch((error) => tell(why(error), 'bad'));
}
