/**
 * The page of an experiment: runs it without leaving the page, and shows what it has
 * found so far until it has ended.
 */

import { ask, why } from './ask.js';
import { persistent, underWay } from './experiment.js';
import { pause } from './pause.js';
import { swap } from './swap.js';

const page = location.pathname;

/** How often the page asks how far it is, in milliseconds. */
const often = 300;

/** What changes while an experiment runs: the rest stays, scrolled as it is. */
const parts = ['.experiment-runs', 'tbody', '.plots'];

const section = () => /** @type {HTMLElement} */ (document.querySelector('.experiment'));

document.addEventListener('submit', async (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('[data-experiment]')) return;
	event.preventDefault();
	try {
		await ask(form.action, { method: 'POST' });
		await follow(true);
	} catch (error) {
		tell(why(error), 'bad');
	}
});

/**
 * Shows what the experiment finds, until it has ended.
 *
 * @param {boolean} pressed somebody has just started it: its title gets the focus, as the button is gone
 */
async function follow(pressed) {
	const whole = `#${section().id}`;
	let now = await shown(whole);
	if (pressed) section().querySelector('h2').focus({ preventScroll: true });
	while (underWay(/** @type {HTMLElement} */ (now.querySelector(whole)).dataset.state)) {
		await pause(often);
		now = await shown(...parts.map((part) => `${whole} ${part}`));
	}
	await shown(whole);
	if (section().dataset.state === 'done') tell('The experiment ran to completion.', 'good');
	else tell('The experiment did not run to completion.', 'bad');
}

/**
 * Brings parts of the page up to date. What fails is said, and tried again.
 *
 * @param {...string} selectors
 */
async function shown(...selectors) {
	const now = await persistent(() => swap(page, ...selectors), (text) => tell(text, 'bad'));
	tell('');
	return now;
}

/** @param {string} text @param {'good'|'bad'} [tone] */
function tell(text, tone) {
	const said = /** @type {HTMLElement} */ (document.querySelector('#experiments-said'));
	said.textContent = text;
	said.dataset.tone = tone ?? '';
}

if (underWay(section().dataset.state)) follow(false).catch((error) => tell(why(error), 'bad'));
