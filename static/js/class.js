/**
 * The bar that every page has whose visitor is in a class: who they are, the clock, the question. The site announces in
 * the visitor's own stream that there is something new; the bar is then asked for again.
 */

import { bodyOf } from './form.js';
import { listen } from './listen.js';
import { pageOf } from './page.js';
import { reach } from './room.js';
import { put } from './swap.js';

const bar = () => /** @type {HTMLElement} */ (document.querySelector('#class-bar'));

/** Asks for the bar again. */
async function renew() {
	const answer = await reach('/class/bar', { headers: { Accept: 'text/html' }, cache: 'no-store', byTimer: true }).catch(() => /** @type {Response} */ (null));
	if (answer?.ok) put(await pageOf(answer), '#class-bar');
}

/** @param {string} data of the event: what kind of thing is announced */
async function announced(data) {
	const { kind } = JSON.parse(data);
	if (kind === 'everywhere') await (await import('./class-calls.js')).calls();
	await renew();
	if (kind === 'steps') document.dispatchEvent(new CustomEvent('class-steps'));
}

/** @param {SubmitEvent} event */
async function answer(event) {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('#class-bar form')) return;
	event.preventDefault();
	await reach(form.action, { method: 'POST', body: bodyOf(form, event.submitter) }).catch(() => {});
	await renew();
}

if (bar().dataset.class === 'unknown') await renew();
if (bar().dataset.class === 'yes') {
	document.addEventListener('submit', answer);
	listen('/api/traces/events', 'joined', renew, { class: announced });
}
